import { Text } from '@mantine/core';
import type { Chat, ServiceUser } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useSession } from '../../session/session.js';
import { useStaff } from '../staff.js';
import { useText } from '../texts.js';
import classes from './PersonPanel.module.css';

/** How often the person's case was opened, assigned, put off and closed, and by whom. */
export function CaseHistory({ chatId, person }: { chatId: string; person: ServiceUser }) {
  const t = useText();
  const times = useTimes();
  const staff = useStaff();
  const { dashboard } = useSession();
  const { value: entries, error, retry } = useLive(() => dashboard.audit(chatId), [dashboard, chatId]);
  if (error) return <Failure error={error} onRetry={retry} />;
  if (!entries) return <Loading />;
  if (entries.size === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('person.noHistory')}
      </Text>
    );
  }
  return (
    <ul className={classes.list}>
      {[...entries].map(([id, { action, by, at, after }]) => (
        <li key={id}>
          {changed(after) || t(action === 'created' ? 'person.began' : 'person.changed')}
          <Text size="xs" c="dimmed">
            {times.full(at)} · {nameOf(by)}
          </Text>
        </li>
      ))}
    </ul>
  );

  function nameOf(uid: string): string {
    if (uid === person.uid) return person.displayName;
    if (uid === 'system') return t('person.bySystem');
    if (uid.startsWith('service:')) return t('thread.service');
    return staff.get(uid)?.displayName ?? uid;
  }

  /** What the case was changed to; one change may be of its state and its assignee. */
  function changed(after: unknown): string {
    const { state, snoozedUntil, assigneeId } = (after ?? {}) as Partial<Chat> & { assigneeId?: string | null };
    const time = snoozedUntil && times.full(snoozedUntil);
    return [
      state && (time ? t('person.snoozedUntil', { time }) : t(`state.${state}`)),
      typeof assigneeId === 'string' && t('person.assigned', { name: nameOf(assigneeId) }),
      assigneeId === null && t('person.unassigned'),
    ]
      .filter(Boolean)
      .join(' · ');
  }
}
