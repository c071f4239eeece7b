import { Button, CloseButton, Group, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { AlarmClock, Check, RotateCcw, UserRound } from 'lucide-react';
import { type CasesChanges, LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { memo } from 'react';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { isAgent, useSession } from '../../session/session.js';
import { SnoozeItems } from '../case/SnoozeItems.js';
import { BULK_COMMANDS } from '../commandList.js';
import { useAssignees } from '../staff.js';
import { useText } from '../texts.js';
import { type Asked, matching } from '../views/asked.js';
import classes from './BulkBar.module.css';
import type { Selection } from './selection.js';

interface Props {
  asked: Asked;
  selection: Selection;
  /** How many cases match, where that is known. */
  total: number | undefined;
}

/** What can be done with the selected cases, or with all that match. */
export const BulkBar = memo(function BulkBar({ asked, selection, total }: Props) {
  const t = useText();
  const { dashboard, role } = useSession();
  const [isAssigning, assigning] = useDisclosure();
  const [isSnoozing, snoozing] = useDisclosure();
  const attempt = useAttempt();
  const assignees = useAssignees();
  const { isAll, chatIds } = selection;
  const isTooMany = chatIds.length > LIMITS.BULK_NAMED;

  function change(changes: CasesChanges): void {
    const cases = isAll ? matching(asked, chatIds) : { chatIds: [...chatIds] };
    void attempt(async () => {
      await dashboard.updateCases({ cases, changes });
      selection.clear();
    });
  }

  const all = chatIds.length > 0 ? t('bulk.allBut', { spared: chatIds.length }) : t('bulk.all', { count: total ?? 0 });
  const canChange = !selection.isEmpty && !isTooMany;
  usePageCommands(BULK_COMMANDS, {
    'bulk.selectAll': { run: selection.selectAll, isShown: isAgent(role) },
    'bulk.assign': { run: assigning.open, isShown: canChange },
    'bulk.snooze': { run: snoozing.open, isShown: canChange },
    'bulk.close': { run: () => change({ state: 'closed' }), isShown: canChange && asked.view !== 'closed' },
    'bulk.reopen': { run: () => change({ state: 'open' }), isShown: canChange && isReopened(asked) },
  });

  if (selection.isEmpty) return null;
  return (
    <section className={classes.bar} aria-label={t('bulk.title')}>
      <Group gap="xs" wrap="nowrap">
        <CloseButton size="sm" aria-label={t('list.selectNone')} onClick={selection.clear} />
        <Text size="sm" fw={600} role="status">
          {isAll ? all : t('bulk.selected', { count: chatIds.length })}
        </Text>
        {!isAll && (
          <Button size="compact-xs" variant="subtle" onClick={selection.selectAll}>
            {total === undefined ? t('bulk.selectMatching') : t('bulk.selectAll', { count: total })}
          </Button>
        )}
      </Group>
      {isTooMany && (
        <Text size="sm">{t(isAll ? 'bulk.tooManySpared' : 'bulk.tooMany', { limit: LIMITS.BULK_NAMED })}</Text>
      )}
      <Group gap={6} hidden={isTooMany}>
        <Menu opened={isAssigning} onChange={assigning.set}>
          <Menu.Target>
            <Button size="compact-sm" variant="default" leftSection={<UserRound size={14} />}>
              {t('case.assign')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {assignees.map(({ uid, name, isMe }) => (
              <Menu.Item key={uid} onClick={() => change({ assigneeId: uid })}>
                {isMe ? t('staff.me') : name}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => change({ assigneeId: null })}>{t('case.nobody')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Menu opened={isSnoozing} onChange={snoozing.set}>
          <Menu.Target>
            <Button size="compact-sm" variant="default" leftSection={<AlarmClock size={14} />}>
              {t('case.snooze')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <SnoozeItems
              onSnooze={(until) =>
                change({ state: 'snoozed', ...(until === 'reply' ? { untilReply: true } : { snoozedUntil: until }) })
              }
            />
          </Menu.Dropdown>
        </Menu>
        {asked.view !== 'closed' && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Check size={14} />}
            onClick={() => change({ state: 'closed' })}
          >
            {t('case.close')}
          </Button>
        )}
        {isReopened(asked) && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RotateCcw size={14} />}
            onClick={() => change({ state: 'open' })}
          >
            {t('case.reopen')}
          </Button>
        )}
      </Group>
    </section>
  );
});

/** Whether a view shows cases that are not open. */
function isReopened({ view }: Asked): boolean {
  return view === 'closed' || view === 'snoozed' || view === 'all';
}
