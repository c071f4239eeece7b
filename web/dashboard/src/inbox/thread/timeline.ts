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

/** The last message that fits. */
export function last(entries: readonly Entry[], fits: (message: ShownMessage) => boolean): ShownMessage | undefined {
  const found = [...entries].reverse().find((entry) => entry.kind === 'message' && fits(entry.message));
  return found?.kind === 'message' ? found.message : undefined;
}

/** Whether somebody wrote a message that can be replied to. */
export function isSentBy(senderId: string): (message: ShownMessage) => boolean {
  return (message) => message.senderId === senderId && message.state === 'sent' && !message.deletedAt;
}

/** Whether it is an answer of this member of the staff, with a text that can be changed. */
export function isAnswerOf(staffId: string, userId: string): (message: ShownMessage) => boolean {
  return (message) =>
    message.senderId !== userId &&
    message.staffId === staffId &&
    message.state === 'sent' &&
    !message.deletedAt &&
    message.body !== undefined;
}

export function lastRefused(entries: readonly Entry[]): ShownMessage | undefined {
  return last(entries, ({ state }) => state === 'refused');
}
