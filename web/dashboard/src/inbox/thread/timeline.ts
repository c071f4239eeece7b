/** What was said about a case, in its order: messages, and the notes between them. */
import type { ListedNote, ShownMessage, Timestamp } from 'parley-client';

const JUST_BEFORE_MS = 300_000;

export type Entry =
  | { kind: 'message'; key: string; at: Timestamp | undefined; message: ShownMessage }
  | { kind: 'note'; key: string; at: Timestamp | undefined; note: ListedNote };

/**
 * Messages oldest first, and notes in any order. Notes older than the oldest shown message wait until
 * that far back is read; those on their way stand at the end.
 */
export function timelineOf(
  messages: readonly ShownMessage[],
  notes: readonly ListedNote[],
  hasOlder: boolean,
): Entry[] {
  const said: Entry[] = messages.map((message) => ({
    kind: 'message',
    key: message.id,
    at: message.createdAt,
    message,
  }));
  const oldest = said.find(({ at }) => at !== undefined)?.at;
  const noted: Entry[] = notes
    .filter(({ createdAt }) => !hasOlder || !oldest || !createdAt || millis(createdAt) >= millis(oldest))
    .map((note) => ({ kind: 'note', key: `note:${note.noteId}`, at: note.createdAt ?? undefined, note }));
  // The sort is stable: messages of the same time keep the order of the thread.
  return [...said, ...noted].sort((one, other) => time(one) - time(other));
}

function time({ at }: Entry): number {
  return at ? millis(at) : Number.POSITIVE_INFINITY;
}

function millis({ seconds, nanoseconds }: Timestamp): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Whether an entry is the first of its day. */
export function beginsDay(entry: Entry, before: Entry | undefined): boolean {
  if (!entry.at) return false;
  return before?.at?.toDate().toDateString() !== entry.at.toDate().toDateString();
}

/** Whether a message goes on what the same sender said just before, so that it needs no name. */
export function goesOn(entry: Entry, before: Entry | undefined): boolean {
  if (entry.kind !== 'message' || before?.kind !== 'message') return false;
  const { message } = entry;
  const earlier = before.message;
  if (message.event || earlier.event || message.campaignId !== undefined) return false;
  if (message.senderId !== earlier.senderId || message.staffId !== earlier.staffId) return false;
  return entry.at === undefined || time(entry) - time(before) < JUST_BEFORE_MS;
}

/** The last message of somebody that can be replied to. */
export function lastOf(entries: readonly Entry[], senderId: string): ShownMessage | undefined {
  for (const entry of [...entries].reverse()) {
    if (entry.kind !== 'message') continue;
    const { message } = entry;
    if (message.senderId === senderId && message.state === 'sent' && !message.deletedAt) return message;
  }
  return undefined;
}
