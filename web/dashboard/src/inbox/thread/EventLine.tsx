import type { ShownMessage } from 'parley-client';
import { useTimes } from 'parley-screen/times.js';
import { useStaff } from '../staff.js';
import { useText } from '../texts.js';
import classes from './Thread.module.css';

interface Props {
  message: ShownMessage;
  person: { userId: string; name: string };
}

/** What happened to the case, by whom. */
export function EventLine({ message, person }: Props) {
  const t = useText();
  const times = useTimes();
  const staff = useStaff();
  const { event, by, createdAt } = message;
  if (!event) return null;
  const name = nameOf(by ?? '');
  return (
    <p className={classes.event} title={createdAt && times.full(createdAt)}>
      {t(`event.${event}`, { name })}
    </p>
  );

  /** Who of the staff did it stands in the history of the case. */
  function nameOf(uid: string): string {
    if (uid === person.userId) return person.name;
    if (uid.startsWith('service:')) return t('thread.service');
    return staff.get(uid)?.displayName ?? t('staff.somebody');
  }
}
