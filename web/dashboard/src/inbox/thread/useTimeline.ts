import type { ListedNote, MessagesShown, ParleyError, ShownMessage } from 'parley-client';
import { useEffect, useMemo, useState } from 'react';
import type { OpenCase } from '../case/openCase.js';
import { type Entry, timelineOf } from './timeline.js';
import { useReading } from './useReading.js';

export interface Timeline {
  /** Nothing before the first answer. */
  entries: Entry[] | undefined;
  hasOlder: boolean;
  /** Whether one has read so far back that the newest messages are not held. */
  hasNewer: boolean;
  error: ParleyError | undefined;
}

const NO_NOTES: readonly ListedNote[] = [];

/** Follow what is said in a case, and mark it as read. */
export function useTimeline({ session, notes }: OpenCase): Timeline {
  const [shown, setShown] = useState<MessagesShown | undefined>(session.messages.value);
  const [noted, setNoted] = useState(notes.value?.items ?? NO_NOTES);
  const [error, setError] = useState<ParleyError | undefined>();
  useEffect(() => session.messages.subscribe(setShown, setError), [session]);
  useEffect(() => notes.subscribe(({ items }) => setNoted(items)), [notes]);
  useReading(session, shown?.hasNewer === false ? newestSent(shown.messages) : undefined);

  const entries = useMemo(() => shown && timelineOf(shown.messages, noted, shown.hasOlder), [shown, noted]);
  return { entries, hasOlder: shown?.hasOlder ?? false, hasNewer: shown?.hasNewer ?? false, error };
}

function newestSent(messages: readonly ShownMessage[]): ShownMessage | undefined {
  return messages.filter(({ state }) => state === 'sent').at(-1);
}
