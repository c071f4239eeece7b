import { Button, Menu, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { AlarmClock, Check, ChevronDown, Hand, RotateCcw, UserRound } from 'lucide-react';
import type { Chat } from 'parley-client';
import { useKeyOf } from 'parley-screen/commands/commands.js';
import { KeyCaps } from 'parley-screen/commands/KeyCaps.js';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { useSession } from '../../session/session.js';
import { CASE_COMMANDS } from '../commandList.js';
import { useAssignees, useStaffName } from '../staff.js';
import { useText } from '../texts.js';
import classes from './CaseHeader.module.css';
import { MoreMenu } from './MoreMenu.js';
import { SnoozeDialog } from './SnoozeDialog.js';
import { SnoozeItems } from './SnoozeItems.js';
import { useCaseActs } from './useCaseActs.js';

/** Claim, assign, snooze, close and reopen. */
export function CaseActions({ chatId, details }: { chatId: string; details: Chat }) {
  const t = useText();
  const { uid } = useSession();
  const acts = useCaseActs(chatId);
  const assignees = useAssignees();
  const staffName = useStaffName();
  const [isAssigning, assigning] = useDisclosure();
  const [isSnoozing, snoozing] = useDisclosure();
  const [isPicking, picking] = useDisclosure();
  const closeKey = useKeyOf('case.close');
  const { state, assigneeId } = details;
  const isOpen = state === 'open';

  usePageCommands(CASE_COMMANDS, {
    'case.claim': { run: acts.claim, isShown: assigneeId !== uid },
    'case.assign': { run: assigning.open },
    'case.unassign': { run: () => acts.assign(null, assigneeId), isShown: assigneeId !== undefined },
    'case.snooze': { run: snoozing.open },
    'case.close': { run: acts.close, isShown: state !== 'closed' },
    'case.reopen': { run: acts.reopen, isShown: !isOpen },
    'case.unread': { run: acts.markUnread },
    'case.copyLink': { run: acts.copyLink },
  });

  return (
    <>
      {assigneeId === undefined && (
        <Button
          className={classes.compact ?? ''}
          size="compact-md"
          fz="sm"
          variant="light"
          leftSection={<Hand size={15} />}
          onClick={acts.claim}
        >
          {t('case.claim')}
        </Button>
      )}
      <Menu opened={isAssigning} onChange={(opened) => (opened ? assigning.open() : assigning.close())}>
        <Menu.Target>
          <Button
            className={classes.assignee ?? ''}
            data-names-somebody
            size="compact-md"
            fz="sm"
            variant="default"
            maw={150}
            leftSection={<UserRound size={15} />}
            rightSection={<ChevronDown size={14} />}
            aria-label={t('case.assignee', {
              name: assigneeId === undefined ? t('case.nobody') : staffName(assigneeId),
            })}
          >
            {assigneeId === undefined ? t('case.nobody') : staffName(assigneeId)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {assignees.map((staff) => (
            <Menu.Item
              key={staff.uid}
              rightSection={staff.uid === assigneeId && <Check size={14} />}
              onClick={() => acts.assign(staff.uid, assigneeId)}
            >
              {staff.isMe ? t('staff.me') : staff.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={assigneeId === undefined} onClick={() => acts.assign(null, assigneeId)}>
            {t('case.nobody')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Menu opened={isSnoozing} onChange={(opened) => (opened ? snoozing.open() : snoozing.close())}>
        <Menu.Target>
          <Button
            size="compact-md"
            fz="sm"
            variant="default"
            px={8}
            aria-label={t('case.snooze')}
            title={t('case.snooze')}
          >
            <AlarmClock size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <SnoozeItems onSnooze={acts.snooze} onPick={picking.open} />
        </Menu.Dropdown>
      </Menu>
      {isOpen ? (
        <Tooltip label={<KeyCaps value={closeKey} />} disabled={closeKey === undefined}>
          <Button
            className={classes.compact ?? ''}
            size="compact-md"
            fz="sm"
            leftSection={<Check size={15} />}
            onClick={acts.close}
          >
            {t('case.close')}
          </Button>
        </Tooltip>
      ) : (
        <Button
          className={classes.compact ?? ''}
          size="compact-md"
          fz="sm"
          variant="default"
          leftSection={<RotateCcw size={15} />}
          onClick={acts.reopen}
        >
          {t('case.reopen')}
        </Button>
      )}
      <MoreMenu onUnread={acts.markUnread} onCopy={acts.copyLink} />
      {isPicking && <SnoozeDialog onSnooze={acts.snooze} onClose={picking.close} />}
    </>
  );
}
