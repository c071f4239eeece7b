import assert from 'node:assert/strict';
import { serverTimestamp } from 'firebase/firestore';
import { afterAll, test } from 'vitest';
import { bodies, directChat, endWorld, put, ready, somebody, soon, stored } from './world.js';

afterAll(endWorld);

test('what is sent is typed no more', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const typing = `chatTypingIndicators/${chatId}/members/${ann.uid}`;
  const types = theirs.whoTypes();
  await ready(mine, theirs);
  await soon(types, () => true);

  mine.typing.keystroke();
  await soon(types, ([first]) => first === ann.uid);
  const { writes } = ann.parley.usage;
  await mine.posting.send({ body: 'Hello' }).sent;
  assert.equal(await stored(typing), undefined);
  assert.equal(ann.parley.usage.writes - writes, 3);
  await soon(types, ({ length }) => length === 0);

  // By another app, which says nothing of the end of it.
  await put({ [typing]: { at: serverTimestamp() } });
  await soon(types, ([first]) => first === ann.uid);
  await put({
    [`chatMessages/${chatId}/messages/m`]: { senderId: ann.uid, body: 'Hello?', createdAt: serverTimestamp() },
  });
  await soon(types, ({ length }) => length === 0);
  assert.ok(bodies(theirs).includes('Hello?'));
  for (const each of [mine, theirs]) each.close();
});

test('one sees the other type, and stop', async () => {
  const [ann, bob] = await Promise.all([somebody('Ann'), somebody('Bob')]);
  const chatId = await directChat(ann, bob);
  const [mine, theirs] = [ann.parley.chat(chatId), bob.parley.chat(chatId)];
  const types = theirs.whoTypes();
  await soon(types, (who) => who.length === 0);

  const before = ann.parley.usage.writes;
  for (let n = 0; n < 20; n += 1) mine.typing.keystroke();
  await soon(types, (who) => who[0] === ann.uid);
  mine.typing.stop();
  await soon(types, (who) => who.length === 0);

  assert.equal(ann.parley.usage.writes - before, 2);
  for (const each of [mine, theirs]) each.close();
});
