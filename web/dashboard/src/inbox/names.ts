/** Names of the people whose cases are shown, as the service knows them. */
import { doc, getDoc } from 'firebase/firestore';
import type { ServiceUser } from 'parley-client';
import { useEffect, useState } from 'react';
import { type Session, useSession } from '../session/session.js';

const asked = new Map<string, Promise<string>>();

/** The uid in the id of a case or a broadcast chat. */
export function personOf(chatId: string): string {
  return chatId.split(':')[0] ?? chatId;
}

/** The person of a case; their uid until the name has arrived, a read for each person. */
export function usePersonName(chatId: string): string {
  const session = useSession();
  const uid = personOf(chatId);
  const [name, setName] = useState(uid);
  useEffect(() => {
    let isOver = false;
    nameOf(session, uid).then((found) => !isOver && setName(found));
    return () => {
      isOver = true;
    };
  }, [session, uid]);
  return name;
}

function nameOf({ backend, serviceId }: Session, uid: string): Promise<string> {
  const key = `${serviceId}/${uid}`;
  let answer = asked.get(key);
  if (!answer) {
    answer = getDoc(doc(backend.db, 'services', serviceId, 'users', uid)).then(
      (found) => (found.data() as ServiceUser | undefined)?.displayName ?? uid,
      () => uid,
    );
    asked.set(key, answer);
  }
  return answer;
}
