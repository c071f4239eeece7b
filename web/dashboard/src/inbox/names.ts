/** Names of the people whose cases are shown, as the service knows them. */
import { doc, getDoc } from 'firebase/firestore';
import type { ServiceUser } from 'parley-client';
import { useEffect, useState } from 'react';
import { type Session, useSession } from '../session/session.js';

const asked = new Map<string, Promise<string>>();
const known = new Map<string, string>();

/** The uid in the id of a case or a broadcast chat. */
export function personOf(chatId: string): string {
  return chatId.split(':')[0] ?? chatId;
}

/** The person's name; their uid until it has arrived. Costs a read for each person once. */
export function usePersonName(userId: string, isKnown?: string): string {
  const session = useSession();
  const [name, setName] = useState(() => isKnown ?? known.get(keyOf(session, userId)) ?? userId);
  useEffect(() => {
    if (isKnown !== undefined) return;
    let isOver = false;
    setName(known.get(keyOf(session, userId)) ?? userId);
    void nameOf(session, userId).then((found) => !isOver && setName(found));
    return () => {
      isOver = true;
    };
  }, [session, userId, isKnown]);
  return isKnown ?? name;
}

function keyOf({ serviceId }: Session, userId: string): string {
  return `${serviceId}/${userId}`;
}

function nameOf(session: Session, userId: string): Promise<string> {
  const key = keyOf(session, userId);
  let answer = asked.get(key);
  if (!answer) {
    answer = getDoc(doc(session.backend.db, 'services', session.serviceId, 'users', userId)).then(
      (found) => {
        const name = (found.data() as ServiceUser | undefined)?.displayName ?? userId;
        known.set(key, name);
        return name;
      },
      () => {
        // Offline: ask again the next time that the person is on the screen.
        asked.delete(key);
        return userId;
      },
    );
    asked.set(key, answer);
  }
  return answer;
}
