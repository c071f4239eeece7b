/** Every button of the pages is a command, or has a reason to be none. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/allCommands.js';
import { buttons, buttonsOf, type FoundButton, sources } from './buttons.js';

/** Buttons with other words than their commands, which stand beside them. */
const SAME: Record<string, string> = {
  'campaigns/CheckStep.tsx campaigns.schedule campaigns.send': 'campaigns.send',
  'campaigns/Commands.tsx campaigns.cancel': 'campaigns.cancel',
  'campaigns/Commands.tsx <Button>': 'campaigns.retry',
  'campaigns/ExportButton.tsx campaigns.csv': 'campaigns.csv',
  'campaigns/NewCampaignPage.tsx campaigns.back': 'campaigns.previousStep',
  'campaigns/NewCampaignPage.tsx campaigns.next': 'campaigns.nextStep',
  'campaigns/PeopleTable.tsx campaigns.refresh': 'campaigns.refresh',
  'campaigns/PreviewPanel.tsx words.tryAgain': 'campaigns.previewAgain',
  'campaigns/TestSend.tsx campaigns.testSend': 'campaigns.test',
  'campaigns/UnreachedButton.tsx <Button>': 'campaigns.toUnreached',
  'health/DeadLetters.tsx health.redriveAll': 'health.redriveAll',
  'health/Drift.tsx health.goOn': 'health.goOn',
  'health/Drift.tsx health.repair': 'health.repair',
  'people/AttributesEditor.tsx words.cancel': 'people.discard',
  'people/AttributesEditor.tsx words.save': 'people.save',
  'people/BanSection.tsx people.ban': 'people.ban',
  'people/ImportPanel.tsx words.close': 'people.closeImport',
  'people/PeoplePage.tsx people.allTags': 'people.allTags',
  'settings/CannedAnswersSection.tsx words.add': 'settings.addAnswer',
  'settings/SettingsForm.tsx words.cancel': 'settings.discard',
  'settings/SettingsForm.tsx words.save': 'settings.save',
  'settings/StaffSection.tsx words.add': 'settings.addStaff',
  'inbox/composer/HeldAnswers.tsx composer.now': 'composer.sendNow',
  'inbox/list/BulkProgress.tsx bulk.undo': 'bulk.undo',
  'inbox/list/BulkProgress.tsx bulk.cancel': 'bulk.stop',
  'inbox/list/BulkProgress.tsx bulk.hide': 'bulk.hide',
  'inbox/person/PersonPanel.tsx person.hide': 'inbox.panel',
  'inbox/thread/BubbleMenu.tsx thread.react': 'thread.react.thumbsUp',
  'inbox/thread/BubbleMenu.tsx thread.reply': 'thread.reply',
  'inbox/thread/BubbleMenu.tsx thread.edit': 'thread.edit',
  'inbox/thread/Refused.tsx thread.retry': 'thread.retry',
  'inbox/thread/Refused.tsx thread.discard': 'thread.discard',
  'inbox/views/FilterPanel.tsx filter.clear': 'inbox.clearFilter',
  'inbox/views/FilterPanel.tsx filter.apply': 'inbox.applyFilter',
};

const DIALOG = 'answers a dialog that a command opens';
const MENU = 'is in a menu that a command opens';
const FIELD = 'is a part of a form, as a field is';
const VIEWS = 'goes to a view, and each view has a command';
const SHELL = 'is a command of the shell';
const NO_COMMANDS = 'is shown where there are no commands';

const NONE: Record<string, string> = {
  'campaigns/CheckStep.tsx campaigns.notNow': DIALOG,
  'campaigns/FilterControls.tsx <Add>': FIELD,
  'campaigns/FilterControls.tsx <Button>': FIELD,
  'campaigns/FilterControls.tsx words.filter.remove': FIELD,
  'campaigns/MessageStep.tsx <Menu.Item>': MENU,
  'people/AttributesEditor.tsx people.removeAttribute': FIELD,
  'people/BanSection.tsx words.cancel': DIALOG,
  'people/Consents.tsx words.cancel': DIALOG,
  'people/Consents.tsx people.record': DIALOG,
  'people/PeoplePage.tsx <Badge>': 'narrows the list to a tag, as the search does',
  'session/ServicePage.tsx shell.signOut': NO_COMMANDS,
  'session/ServicePage.tsx service.open': NO_COMMANDS,
  'settings/CannedAnswersSection.tsx words.save': DIALOG,
  'shell/AccountButton.tsx shell.account': 'opens a menu of commands',
  'shell/AccountMenu.tsx shell.keys': SHELL,
  'shell/AccountMenu.tsx <Menu.Item>': SHELL,
  'shell/AccountMenu.tsx shell.chosen alerts.*': SHELL,
  'shell/AccountMenu.tsx shell.chosen': SHELL,
  'shell/AccountMenu.tsx shell.changeService': SHELL,
  'shell/AccountMenu.tsx shell.signOut': SHELL,
  'shell/Frame.tsx alerts.waiting': SHELL,
  'shell/Frame.tsx shell.commands': SHELL,
  'shell/useRefusedAnswers.tsx <Button>': 'is in a notice',
  'words/ConfirmDialog.tsx words.cancel': DIALOG,
  'words/ConfirmDialog.tsx <Button>': DIALOG,
  'inbox/case/CaseActions.tsx case.assignee case.nobody': 'opens the menu of case.assign',
  'inbox/case/CaseActions.tsx staff.me': MENU,
  'inbox/case/CaseActions.tsx case.nobody': MENU,
  'inbox/case/MoreMenu.tsx case.more': 'opens a menu of commands',
  'inbox/case/SnoozeItems.tsx snooze.reply': MENU,
  'inbox/case/SnoozeItems.tsx snooze.*': MENU,
  'inbox/case/SnoozeItems.tsx snooze.pick': MENU,
  'inbox/composer/CannedMenu.tsx <UnstyledButton>': MENU,
  'inbox/composer/MentionMenu.tsx <UnstyledButton>': FIELD,
  'inbox/list/BulkBar.tsx staff.me': MENU,
  'inbox/list/BulkBar.tsx case.nobody': MENU,
  'inbox/thread/BubbleEditor.tsx screen.cancel': FIELD,
  'inbox/thread/BubbleEditor.tsx screen.save': FIELD,
  'inbox/thread/BubbleMenu.tsx thread.copy': MENU,
  'inbox/thread/BubbleMenu.tsx thread.deleteSure thread.delete': MENU,
  'inbox/thread/NoteBubble.tsx thread.copy': MENU,
  'inbox/thread/NoteBubble.tsx note.edit': MENU,
  'inbox/thread/NoteBubble.tsx note.removeSure note.remove': MENU,
  'inbox/thread/Quote.tsx thread.quoteGone': 'leads to the message that is quoted',
  'inbox/thread/Reactions.tsx thread.reaction': 'reacts as the commands do',
  'inbox/views/EditView.tsx views.up': DIALOG,
  'inbox/views/EditView.tsx views.down': DIALOG,
  'inbox/views/EditView.tsx words.save': DIALOG,
  'inbox/views/EditView.tsx views.removeForAll views.removeNow views.remove': DIALOG,
  'inbox/views/SaveView.tsx views.update': DIALOG,
  'inbox/views/ViewList.tsx views.sms': 'goes to a page, and each page has a command',
  'inbox/views/ViewList.tsx <NavLink>': VIEWS,
  'inbox/views/ViewList.tsx <ActionIcon>': 'edits a view, and inbox.editView the one that is shown',
  'inbox/views/ViewMenu.tsx views.count views.orMore': VIEWS,
  'inbox/views/ViewMenu.tsx <Popover.Dropdown>': VIEWS,
};

const BUTTONS = buttons();
const IDS = new Set(commands.map(({ id }) => id));

/** The names of the texts that commands have. */
function said(): Set<string> {
  const names = new Set<string>();
  const t = (name: string): string => {
    names.add(name);
    return name;
  };
  for (const { text } of commands) text(t);
  return names;
}

function nameOf({ file, tag, texts }: FoundButton): string {
  return `${file} ${texts.join(' ') || `<${tag}>`}`;
}

function isSaid(text: string, all: ReadonlySet<string>): boolean {
  if (!text.includes('*')) return all.has(text);
  const [head = '', tail = ''] = text.split('*');
  return [...all].some((each) => each.startsWith(head) && each.endsWith(tail));
}

/** Buttons that no command has by its words, nor presses by their `data-act`. */
function others(): string[] {
  const all = said();
  const found = BUTTONS.filter(({ texts, act }) => act === undefined && !texts.some((each) => isSaid(each, all)));
  return [...new Set(found.map(nameOf))];
}

describe('a button', () => {
  it('is a command, or has a reason to be none', () => {
    expect(others().filter((name) => !(name in SAME) && !(name in NONE))).toEqual([]);
  });

  it('is no exception once it is gone', () => {
    const names = others();
    expect([...Object.keys(SAME), ...Object.keys(NONE)].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has a command that there is', () => {
    expect(Object.values(SAME).filter((id) => !IDS.has(id))).toEqual([]);
  });

  it('of a line is pressed by a command', () => {
    const acts = new Set(BUTTONS.flatMap(({ act }) => act ?? []));
    const code = sources().map(([, text]) => text);
    const isPressed = (act: string): boolean =>
      code.some((text) => text.includes(`.act('${act}'`) || text.includes(`{ act: '${act}'`));
    expect([...acts].filter((act) => !isPressed(act))).toEqual([]);
  });

  it('is found with its texts, in each of their forms', () => {
    const source = `const page = <Button aria-label={t('a.b')} onClick={run}>{t(isOn ? 'c' : 'd')} {words(\`e.\${x}\`)}</Button>`;
    expect(buttonsOf('page.tsx', source)).toEqual([
      { file: 'page.tsx', tag: 'Button', texts: ['a.b', 'c', 'd', 'e.*'], act: undefined },
    ]);
  });
});

describe('a listed command', () => {
  it('is offered by the page', () => {
    const code = sources().flatMap(([file, text]) => (/commandList|lineCommands/i.test(file) ? [] : text));
    expect([...IDS].filter((id) => !code.some((text) => text.includes(`'${id}'`)))).toEqual([]);
  });
});
