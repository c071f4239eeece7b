/** Names of the people whose cases are shown, as the service knows them. */
import { useEffect, useState } from 'react';
import { Lately } from '../lately.js';
import { PEOPLE_HELD, personOf } from '../people/known.js';
import { useSession } from '../session/session.js';

/** The uid in the id of a case or a broadcast chat. */
export function uidOf(chatId: string): string {
  return chatId.split(':')[0] ?? chatId;
}

/** What has arrived, by service and uid: a line that comes back on the screen has its name at once. */
const known = new Lately<string, string>(PEOPLE_HELD);

/** Stands for a name that is on its way: an id that turns into a name would be read twice. */
const ON_ITS_WAY = '…';

/** The person's name, or their uid if the service knows none. Costs a read for each person once. */
export function usePersonName(userId: string, isKnown?: string): string {
  const { dashboard, serviceId } = useSession();
  const key = `${serviceId}/${userId}`;
  const [arrived, setArrived] = useState('');
  useEffect(() => {
    if (isKnown !== undefined) return;
    let isOver = false;
    void personOf(dashboard, userId).then((person) => {
      if (person?.displayName) known.set(key, person.displayName);
      if (!isOver) setArrived(key);
    });
    return () => {
      isOver = true;
    };
  }, [dashboard, userId, key, isKnown]);
  return isKnown ?? known.get(key) ?? (arrived === key ? userId : ON_ITS_WAY);
}
