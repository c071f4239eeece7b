/** What people do, by the official SDK alone. */
import { doc, serverTimestamp, writeBatch } from 'firebase/firestore';
import { fresh, type Person } from './people.js';

const SHARDS = 32;

/** Open the direct chat of two: its two members come with it. Answers the chat's id and the write. */
export function openDirect({ uid, db }: Person, otherUid: string): { chatId: string; done: Promise<void> } {
  const uids = [uid, otherUid].sort();
  const chatId = uids.join(':');
  const batch = writeBatch(db);
  batch.set(doc(db, `chats/${chatId}`), {
    serviceId: 'default',
    kind: 'direct',
    createdBy: uid,
    createdAt: serverTimestamp(),
  });
  for (const each of uids) {
    batch.set(doc(db, `chats/${chatId}/members/${each}`), { role: 'member', joinedAt: serverTimestamp() });
  }
  return { chatId, done: batch.commit() };
}

/** Post: the message and its outbox document in one batch. */
export function post(
  { uid, db }: Person,
  chatId: string,
  body: string,
  id = fresh('m'),
): { id: string; done: Promise<void> } {
  const batch = writeBatch(db);
  batch.set(doc(db, `chatMessages/${chatId}/messages/${id}`), { senderId: uid, body, createdAt: serverTimestamp() });
  batch.set(doc(db, `messageQueue/${chatId}:${id}`), {
    chatId,
    messageId: id,
    senderId: uid,
    createdAt: serverTimestamp(),
    shard: Math.floor(Math.random() * SHARDS),
  });
  return { id, done: batch.commit() };
}
