import { Button, CloseButton, Group, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { AlarmClock, Check, RotateCcw, UserRound } from 'lucide-react';
import { type CasesChanges, LIMITS } from 'parley-client';
import { useCommands } from 'parley-screen/commands/commands.js';
import { useAttempt } from 'parley-screen/failures.js';
import { memo, useMemo, useRef } from 'react';
import { isAgent, useSession } from '../../session/session.js';
import { SnoozeItems } from '../case/SnoozeItems.js';
import { useAssignees } from '../staff.js';
import { useText } from '../texts.js';
import { type Asked, isForAll } from '../views/asked.js';
import classes from './BulkBar.module.css';
import type { Selection } from './selection.js';

interface Props {
  asked: Asked;
  selection: Selection;
  /** How many cases match, where that is known. */
  total: number | undefined;
  onStarted(jobId: string): void;
}

/** What can be done with the selected cases, or with all that match. */
export const BulkBar = memo(function BulkBar({ asked, selection, total, onStarted }: Props) {
  const t = useText();
  const { dashboard, role } = useSession();
  const [isAssigning, assigning] = useDisclosure();
  const [isSnoozing, snoozing] = useDisclosure();
  const attempt = useAttempt();
  const assignees = useAssignees();
  const isTooMany = !selection.isAll && selection.count > LIMITS.BULK_NAMED;

  function change(changes: CasesChanges): void {
    const { view, where, assigneeId } = asked;
    const all = where
      ? { where, ...(view !== 'all' && { state: view === 'snoozed' || view === 'closed' ? view : ('open' as const) }) }
      : { view, ...(assigneeId !== undefined && { assigneeId }) };
    const cases = selection.isAll ? all : { chatIds: [...selection.chatIds] };
    void attempt(async () => {
      const { jobId } = await dashboard.updateCases({ cases, changes });
      selection.clear();
      onStarted(jobId);
    });
  }

  const latest = useRef({ change, asked, selection, isTooMany });
  latest.current = { change, asked, selection, isTooMany };
  useCommands(
    useMemo(() => {
      const group = t('bulk.title');
      const canChange = (): boolean => latest.current.selection.count > 0 && !latest.current.isTooMany;
      return [
        {
          id: 'bulk.selectAll',
          text: t('bulk.selectMatching'),
          group,
          key: 'Shift+X',
          run: () => latest.current.selection.selectAll(),
          isShown: () => isForAll(latest.current.asked) && isAgent(role),
        },
        { id: 'bulk.assign', text: t('bulk.assign'), group, key: 'Shift+A', run: assigning.open, isShown: canChange },
        { id: 'bulk.snooze', text: t('bulk.snooze'), group, key: 'Shift+Z', run: snoozing.open, isShown: canChange },
        {
          id: 'bulk.close',
          text: t('bulk.close'),
          group,
          key: 'Shift+F',
          run: () => latest.current.change({ state: 'closed' }),
          isShown: () => canChange() && latest.current.asked.view !== 'closed',
        },
        {
          id: 'bulk.reopen',
          text: t('bulk.reopen'),
          group,
          run: () => latest.current.change({ state: 'open' }),
          isShown: () => canChange() && isReopened(latest.current.asked),
        },
      ];
    }, [t, role, assigning.open, snoozing.open]),
  );

  if (selection.count === 0) return null;
  return (
    <section className={classes.bar} aria-label={t('bulk.title')}>
      <Group gap="xs" wrap="nowrap">
        <CloseButton size="sm" aria-label={t('list.selectNone')} onClick={selection.clear} />
        <Text size="sm" fw={600} role="status">
          {selection.isAll ? t('bulk.all', { count: total ?? 0 }) : t('bulk.selected', { count: selection.count })}
        </Text>
        {!selection.isAll && isForAll(asked) && (
          <Button size="compact-xs" variant="subtle" onClick={selection.selectAll}>
            {total === undefined ? t('bulk.selectMatching') : t('bulk.selectAll', { count: total })}
          </Button>
        )}
      </Group>
      {isTooMany && <Text size="sm">{t('bulk.tooMany', { limit: LIMITS.BULK_NAMED })}</Text>}
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
