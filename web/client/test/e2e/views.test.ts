import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { endWorld, live, put, readAll, ready, refused, serviceWith, somebody, soon } from './world.js';

afterAll(endWorld);

test('the views of the inbox list and count the cases, and one of two who claim a case wins', async () => {
  const [ann, bob, ada, bea] = await Promise.all(['Ann', 'Bob', 'Ada', 'Bea'].map(somebody));
  assert.ok(ann && bob && ada && bea);
  const serviceId = await serviceWith(ada);
  await put({ [`services/${serviceId}/staff/${bea.uid}`]: { role: 'agent', displayName: 'Bea' } });
  const [mine, hers] = [ada.parley.dashboard(serviceId), bea.parley.dashboard(serviceId)];
  const [first, second] = await Promise.all([ann, bob].map(({ parley }) => parley.open.case(serviceId)));
  assert.ok(first && second);
  const asked = ann.parley.chat(first.chatId);
  await asked.posting.send({ body: 'Hello?' }).sent;
  const unanswered = mine.view('unanswered');
  const unread = mine.view('unread');
  await Promise.all([live(unanswered), live(unread)]);
  await soon(unanswered, ({ items }) => items[0]?.chatId === first.chatId && items[0].unread === 1);
  assert.deepEqual(await mine.counts(), {
    mine: 0,
    unassigned: 2,
    unread: 1,
    unanswered: 1,
    open: 2,
    snoozed: 0,
    closed: 0,
    all: 2,
  });

  const claims = await Promise.allSettled([mine.claim(first.chatId), hers.claim(first.chatId)]);
  const won = claims.findIndex(({ status }) => status === 'fulfilled');
  const lost = claims[1 - won];
  assert.equal(lost?.status, 'rejected');
  assert.equal(lost.reason.reason, 'alreadyAssigned');
  assert.equal(lost.reason.about.assigneeId, [ada.uid, bea.uid][won]);
  await refused([hers, mine][won]?.claim(first.chatId) ?? Promise.resolve(), 'alreadyAssigned');

  const answered = mine.chat(first.chatId);
  await ready(answered);
  await readAll(answered);
  await soon(unread, ({ items }) => items.length === 0);
  await answered.flag({ markedUnread: true });
  await soon(unread, ({ items }) => items[0]?.isUnread === true);
  await answered.flag({ markedUnread: false });
  await soon(unread, ({ items }) => items.length === 0);
  await answered.posting.send({ body: 'Yes?' }).sent;
  await soon(unanswered, ({ items }) => items.length === 0);

  await mine.snooze(first.chatId, 'reply');
  await mine.close(second.chatId);
  const [snoozed, closed] = [mine.view('snoozed'), mine.view('closed')];
  await soon(snoozed, ({ items }) => items[0]?.chatId === first.chatId && !items[0].snoozedUntil);
  await soon(closed, ({ items }) => items[0]?.userId === bob.uid);
  const counts = await mine.counts();
  assert.deepEqual([counts.open, counts.snoozed, counts.closed, counts.all], [0, 1, 1, 2]);
  const [newest] = (await mine.view('all').first(({ isFromCache }) => !isFromCache)).items;
  const rest = mine.view('all', { pageSize: 1, ...(newest && { after: newest }) });
  await soon(rest, ({ items, isFromCache }) => !isFromCache && items[0]?.chatId === first.chatId);

  await asked.posting.send({ body: 'One more' }).sent;
  await soon(unread, ({ items }) => items[0]?.lastMessage?.preview === 'One more');
  await soon(snoozed, ({ items }) => items.length === 0);
  for (const each of [asked, answered, unanswered, unread, snoozed, closed, rest]) each.close();
});
