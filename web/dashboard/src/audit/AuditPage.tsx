import { CloseButton, Group, NativeSelect, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import type { ListedChange } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useId, useRef } from 'react';
import { type Lines, usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { usePersonName } from '../inbox/names.js';
import { useSession } from '../session/session.js';
import type { PageSettings } from '../window/listWindow.js';
import { newestBy } from '../window/newest.js';
import { useWindow } from '../window/useWindow.js';
import { WindowedList } from '../window/WindowedList.js';
import classes from './AuditPage.module.css';
import { ChangeLine } from './ChangeLine.js';
import { ACTIONS, type AuditSearch, auditSearch } from './changed.js';
import { AUDIT_COMMANDS } from './commandList.js';
import { useText } from './texts.js';

const SYSTEM = 'system';
const LINE_HEIGHT = 96;
const CHANGES = newestBy<ListedChange>(({ entryId }) => entryId);

/** Who of the staff changed what, the newest first. */
export function AuditPage() {
  const t = useText();
  const title = useId();
  const { dashboard } = useSession();
  const navigate = useNavigate();
  const { by, action, target } = auditSearch(useSearch({ strict: false }));
  const staff = useLive(() => dashboard.staff(), [dashboard]).value;
  const open = (settings: PageSettings<ListedChange>) =>
    dashboard.changes({ ...settings, ...(by && { by }), ...(action && { action }), ...(target && { target }) });
  const list = useWindow(open, CHANGES, [dashboard, by, action, target]);
  const go = (changed: AuditSearch): void => {
    const search = auditSearch({ by, action, target, ...changed });
    void navigate({ to: '/audit', search: search as never, replace: true });
  };

  const ofAll = (): void => go({ target: '' });
  const selects = { by: useRef<HTMLSelectElement>(null), action: useRef<HTMLSelectElement>(null) };
  const lines = usePageLines();
  usePageCommands(AUDIT_COMMANDS, {
    'audit.by': { run: () => selects.by.current?.focus() },
    'audit.action': { run: () => selects.action.current?.focus() },
    'audit.ofAll': { run: ofAll, isShown: target !== undefined },
    'audit.clear': { run: () => go({ by: '', action: '', target: '' }), isShown: Boolean(by || action || target) },
    'audit.show': lines.act('show'),
  });

  const names = [...(staff ?? [])].map(([uid, { displayName }]) => ({ value: uid, label: displayName }));
  const people = [
    { value: '', label: t('audit.anybody') },
    ...names.sort((one, other) => one.label.localeCompare(other.label)),
    { value: SYSTEM, label: t('audit.system') },
  ];
  // Who left the staff, and is named by the address.
  if (by !== undefined && !people.some(({ value }) => value === by)) people.push({ value: by, label: by });
  return (
    <section className={classes.page} aria-labelledby={title}>
      <header className={classes.header}>
        <Title order={1} size="h3" id={title}>
          {t('audit.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('audit.about')}
        </Text>
        <Group gap="xs" mt="xs" align="flex-end">
          <NativeSelect
            className={classes.filter ?? ''}
            size="sm"
            ref={selects.by}
            label={t('audit.by')}
            data={people}
            value={by ?? ''}
            onChange={(event) => go({ by: event.currentTarget.value })}
          />
          <NativeSelect
            className={classes.filter ?? ''}
            size="sm"
            ref={selects.action}
            label={t('audit.action')}
            data={[
              { value: '', label: t('audit.anything') },
              ...ACTIONS.map((each) => ({ value: each, label: t(`audit.action.${each}`) })),
            ]}
            value={action ?? ''}
            onChange={(event) => go({ action: event.currentTarget.value })}
          />
          {target !== undefined && <Target target={target} onClear={ofAll} />}
        </Group>
      </header>
      <Changes list={list} lines={lines} isFiltered={Boolean(by || action || target)} nameOf={nameOf} />
    </section>
  );

  function nameOf(actor: string): string {
    if (actor === SYSTEM) return t('audit.system');
    if (actor.startsWith('service:')) return t('audit.program');
    return staff?.get(actor)?.displayName ?? actor;
  }
}

interface ChangesProps {
  list: ReturnType<typeof useWindow<ListedChange>>;
  lines: Lines;
  isFiltered: boolean;
  nameOf(actor: string): string;
}

function Changes({ list, lines, isFiltered, nameOf }: ChangesProps) {
  const t = useText();
  if (list.error) return <Failure error={list.error} onRetry={list.retry} />;
  if (!list.items) return <Loading />;
  if (list.items.length === 0 && !list.hasMore) {
    return (
      <Empty icon={<ScrollText size={28} aria-hidden />}>{t(isFiltered ? 'audit.noneFound' : 'audit.none')}</Empty>
    );
  }
  return (
    <WindowedList label={t('audit.title')} list={list} idOf={CHANGES.idOf} height={LINE_HEIGHT} lines={lines}>
      {(change) => <ChangeLine change={change} by={nameOf(change.by)} />}
    </WindowedList>
  );
}

/** Whom or what the list is narrowed to by a link of another page. */
function Target({ target, onClear }: { target: string; onClear(): void }) {
  const t = useText();
  const name = usePersonName(target);
  return (
    <Group className={classes.target ?? ''} gap={4} wrap="nowrap">
      <Text size="sm" truncate>
        {t('audit.of', { name })}
      </Text>
      <CloseButton size="sm" aria-label={t('audit.ofAll')} title={t('audit.ofAll')} onClick={onClear} />
    </Group>
  );
}
