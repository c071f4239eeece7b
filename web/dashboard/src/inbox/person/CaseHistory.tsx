import { Text } from '@mantine/core';
import type { ServiceUser } from 'parley-client';
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
  const { value: entries, error } = useLive(() => dashboard.audit(chatId), [dashboard, chatId]);
  if (error) return <Failure error={error} />;
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
          {changed(after) ?? action}
          <Text size="xs" c="dimmed">
            {times.full(at)} · {nameOf(by)}
          </Text>
        </li>
      ))}
    </ul>
  );

  function nameOf(uid: string): string {
    return uid === person.uid ? person.displayName : (staff.get(uid)?.displayName ?? uid);
  }

  function changed(after: unknown): string | undefined {
    if (typeof after !== 'object' || after === null) return undefined;
    const { state, assigneeId } = after as { state?: string; assigneeId?: string | null };
    if (state === 'open' || state === 'closed' || state === 'snoozed') return t(`state.${state}`);
    if (typeof assigneeId === 'string') {
      return t('person.assigned', { name: nameOf(assigneeId) });
    }
    return assigneeId === null ? t('person.unassigned') : undefined;
  }
}
