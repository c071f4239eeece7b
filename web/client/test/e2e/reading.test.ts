import assert from 'node:assert/strict';
import { Timestamp } from 'firebase/firestore';
import { afterAll, test } from 'vitest';
import { newId, Parley } from '../../src/index.js';
import { directChat, endWorld, live, type Person, put, readAll, ready, somebody, soon, stored } from './world.js';

afterAll(endWorld);

const MINUTE = 60_000;
const ago = (milliseconds: number): Timestamp => Timestamp.fromMillis(Date.now() - milliseconds);

/** A group that somebody has been in for an hour. */
function groupOf({ uid }: Person, chatId: string): Record<string, object> {
  const then = ago(MINUTE * 60);
  return {
    [`chats/${chatId}`]: { serviceId: 'default', kind: 'group', createdBy: 'bob', createdAt: then },
    [`chats/${chatId}/members/${uid}`]: { role: 'member', joinedAt: then },
  };
}

test('what was seen just before signing out is written', async () => {
  const ann = await somebody('Ann');
  const chatId = newId();
  const seen = ago(MINUTE);
  await put(groupOf(ann, chatId));
  const chat = ann.parley.chat(chatId);
  await ready(chat);
  chat.receipts.shown({ createdAt: seen });

  await ann.parley.close();

  const receipt = await stored(`chatReadReceipts/${chatId}/members/${ann.uid}`);
  assert.equal(receipt?.readTo.toMillis(), seen.toMillis());
});

test('what was seen before the row had heard of it is not unread once it has, though the chat was closed', async () => {
  const ann = await somebody('Ann');
  const chatId = newId();
  const [early, late] = [ago(2 * MINUTE), ago(MINUTE)];
  const path = `userChats/${ann.uid}/chats/${chatId}`;
  const rowAt = (createdAt: Timestamp, messageCount: number): Record<string, object> => ({
    [path]: {
      serviceId: 'default',
      kind: 'group',
      title: 'g',
      messageCount,
      readCount: 1,
      updatedAt: createdAt,
      lastMessage: { id: newId(), senderId: 'bob', preview: 'Hello', createdAt },
    },
  });
  await put({ ...groupOf(ann, chatId), ...rowAt(early, 1) });
  const [list, chat] = [ann.parley.chats(), ann.parley.chat(chatId)];
  await ready(chat);
  await live(list);
  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  chat.receipts.shown({ createdAt: late });
  chat.close();
  const { writes } = ann.parley.usage;

  await put(rowAt(late, 2));

  await soon(list, ({ chats }) => chats[0]?.messageCount === 2 && chats[0].unread === 0);
  await ann.parley.close();
  assert.equal((await stored(path))?.readCount, 2);
  assert.ok(ann.parley.usage.writes - writes <= 2, 'the receipt and the row');
});

test('what was marked unread is read once it was looked at', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [chat, theirs, list] = [ann.parley.chat(chatId), bob.parley.chat(chatId), ann.parley.chats()];
  await ready(chat, theirs);
  await live(list);
  await theirs.posting.send({ body: 'Hello' }).sent;
  await soon(list, ({ chats }) => chats[0]?.unread === 1);
  await soon(chat.messages, (shown) => shown.messages.length === 1);
  await readAll(chat);
  await soon(list, ({ chats }) => chats[0]?.unread === 0);
  await list.flag(chatId, { markedUnread: true });

  await readAll(chat);

  await soon(list, ({ chats }) => chats[0]?.markedUnread === false);
  for (const each of [chat, theirs, list]) each.close();
});

test('a device that is behind takes no horizon back', async () => {
  const ann = await somebody('Ann');
  const chatId = newId();
  const [early, late] = [ago(2 * MINUTE), ago(MINUTE)];
  await put(groupOf(ann, chatId));
  const other = new Parley(ann);
  const [phone, tablet] = [ann.parley.chat(chatId), other.chat(chatId)];
  await ready(phone, tablet);
  const horizons = phone.horizons();
  await soon(horizons, (known) => known.size === 0);
  phone.receipts.shown({ createdAt: late });
  await phone.receipts.flush();
  await soon(horizons, (known) => known.get(ann.uid)?.readTo.toMillis() === late.toMillis());
  tablet.receipts.shown({ createdAt: early });
  await tablet.receipts.flush();

  assert.equal(other.usage.writes, 0);
  assert.equal(horizons.value?.get(ann.uid)?.readTo.toMillis(), late.toMillis());
  for (const each of [phone, tablet]) each.close();
});
