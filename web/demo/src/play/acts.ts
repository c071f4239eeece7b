/** What people of the demo do, by the client library, and how long the next waits for it. */
import { doc, onSnapshot, serverTimestamp, setDoc } from 'firebase/firestore';
import { type ChatSession, newId, type ShownMessage } from 'parley-client';
import type { Actor } from '../cast/cast.js';

const DEADLINE_MS = 90_000;

/** Ends what waits when somebody stops the play. */
export interface Play {
  signal: AbortSignal;
}

export class Stopped extends Error {}

/** Let those who watch read. */
export function pause({ signal }: Play, ms: number): Promise<void> {
  return within(signal, ms, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
}

/** Write in a chat as a person does: it is seen that they type. */
export async function write(play: Play, { parley }: Actor, chatId: string, body: string): Promise<string> {
  const chat = parley.chat(chatId);
  try {
    await ready(play, chat);
    chat.typing.keystroke();
    await pause(play, 1_200);
    const { id, sent } = chat.posting.send({ body });
    await sent;
    return id;
  } finally {
    chat.close();
  }
}

/** Wait for a message in somebody's eyes, then do something about it. */
export async function answer(
  play: Play,
  { parley }: Actor,
  chatId: string,
  messageId: string,
  act: (chat: ChatSession, message: ShownMessage) => Promise<unknown>,
): Promise<void> {
  const chat = parley.chat(chatId);
  try {
    await ready(play, chat);
    const message = await within<ShownMessage>(play.signal, DEADLINE_MS, (resolve) =>
      chat.messages.subscribe(({ messages }) => {
        const found = messages.find(({ id, state }) => id === messageId && state === 'sent');
        if (found) resolve(found);
      }),
    );
    chat.receipts.shown(message);
    await act(chat, message);
  } finally {
    chat.close();
  }
}

/** Wait for a chat in somebody's list. */
export async function listed(play: Play, { parley }: Actor, chatId: string): Promise<void> {
  const list = parley.chats();
  try {
    await within<void>(play.signal, DEADLINE_MS, (resolve) =>
      list.subscribe(({ chats }) => {
        if (chats.some((chat) => chat.chatId === chatId)) resolve();
      }),
    );
  } finally {
    list.close();
  }
}

/** Write a job for the server into a collection, under the rules; answers its id. */
export async function order({ db, uid }: Actor, collection: string, job: object): Promise<string> {
  const id = `demo-${newId()}`;
  await setDoc(doc(db, collection, id), { ...job, createdBy: uid, createdAt: serverTimestamp() });
  return id;
}

/** Follow a document until it is as wanted. */
export function follow<Fields>(
  play: Play,
  { db }: Actor,
  path: string,
  isWanted: (fields: Fields) => boolean,
): Promise<void> {
  return within(play.signal, DEADLINE_MS, (resolve, reject) =>
    onSnapshot(
      doc(db, path),
      (snapshot) => {
        const fields = snapshot.data() as Fields | undefined;
        if (fields && isWanted(fields)) resolve();
      },
      reject,
    ),
  );
}

function ready({ signal }: Play, chat: ChatSession): Promise<void> {
  return within(signal, DEADLINE_MS, (resolve, reject) => {
    chat.ready().then(resolve, reject);
    return () => undefined;
  });
}

/** Wait with a deadline, and stop with the play. `begin` answers how to end what it began. */
function within<T>(
  signal: AbortSignal,
  ms: number,
  begin: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let end: () => void = () => undefined;
    const stop = (): void => settle(() => reject(new Stopped('stopped')));
    const late = setTimeout(() => settle(() => reject(new Error(`nothing came within ${ms / 1000} s`))), ms + 1_000);
    function settle(how: () => void): void {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      // What it began may answer before it has told how to end it.
      queueMicrotask(() => end());
      how();
    }
    signal.addEventListener('abort', stop);
    if (signal.aborted) return stop();
    end = begin(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}
