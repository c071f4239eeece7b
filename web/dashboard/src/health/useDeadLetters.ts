import { collection, limit, onSnapshot, orderBy, query, where } from 'firebase/firestore';
import type { DeadLetter } from 'parley-client';
import { useEffect, useState } from 'react';
import { useSession } from '../session/session.js';

const PAGE = 50;

export interface ListedLetter extends DeadLetter {
  letterId: string;
}

interface Letters {
  letters: ListedLetter[] | undefined;
  error: Error | undefined;
  hasMore: boolean;
  more(): void;
}

/** The newest dead letters: of the whole project for the owners of `default`, else of the service. */
export function useDeadLetters(queue: string | undefined): Letters {
  const { backend, serviceId } = useSession();
  const [letters, setLetters] = useState<ListedLetter[]>();
  const [error, setError] = useState<Error>();
  const [size, setSize] = useState(PAGE);
  useEffect(() => {
    setError(undefined);
    const asked = query(
      collection(backend.db, 'deadLetters'),
      ...(serviceId === 'default' ? [] : [where('serviceId', '==', serviceId)]),
      ...(queue === undefined ? [] : [where('queue', '==', queue)]),
      orderBy('parkedAt', 'desc'),
      limit(size),
    );
    return onSnapshot(
      asked,
      ({ docs }) => setLetters(docs.map((each) => ({ ...(each.data() as DeadLetter), letterId: each.id }))),
      setError,
    );
  }, [backend, serviceId, queue, size]);
  return { letters, error, hasMore: letters?.length === size, more: () => setSize((before) => before + PAGE) };
}
