import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { newId } from '../../src/index.js';
import { endWorld, live, put, refused, serviceWith, somebody, soon, stored } from './world.js';

afterAll(endWorld);

test('staff write private notes about a case, which its person can never read', async () => {
  const [ann, ada, bea] = await Promise.all([somebody('Ann'), somebody('Ada'), somebody('Bea')]);
  const serviceId = await serviceWith(ada);
  await put({ [`services/${serviceId}/staff/${bea.uid}`]: { role: 'viewer', displayName: 'Bea' } });
  const { chatId } = await ann.parley.open.case(serviceId);
  const [mine, hers] = [ada, bea].map(({ parley }) => parley.dashboard(serviceId).notes(chatId));
  assert.ok(mine && hers);
  await Promise.all([live(mine), live(hers)]);

  const first = await mine.add('Asked for a refund before', [bea.uid]);
  const second = await mine.add('Promised a call');
  const { items } = await soon(
    hers,
    (shown) => shown.items.length === 2 && shown.items.every((each) => each.createdAt),
  );
  assert.deepEqual(
    items.map(({ noteId, staffId, body, mentions }) => [noteId, staffId, body, mentions]),
    [
      [second, ada.uid, 'Promised a call', undefined],
      [first, ada.uid, 'Asked for a refund before', [bea.uid]],
    ],
  );
  await mine.edit(first, 'Asked for two refunds');
  await soon(hers, (shown) => shown.items.some(({ body, editedAt }) => body === 'Asked for two refunds' && !!editedAt));
  await mine.remove(second);
  await soon(hers, (shown) => shown.items.length === 1);
  await refused(hers.add('Me too'), 'refused');
  await refused(hers.remove(first), 'refused');
  const asked = ann.parley.dashboard(serviceId).notes(chatId);
  await refused(
    asked.first(({ isFromCache }) => !isFromCache),
    'notAMember',
  );
  for (const each of [mine, hers]) each.close();
});

test('colleagues see who is at a case, who types there, and what was not sent', async () => {
  const [ann, ada, bea] = await Promise.all([somebody('Ann'), somebody('Ada'), somebody('Bea')]);
  const serviceId = await serviceWith(ada);
  await put({ [`services/${serviceId}/staff/${bea.uid}`]: { role: 'agent', displayName: 'Bea' } });
  const { chatId } = await ann.parley.open.case(serviceId);
  const hers = bea.parley.dashboard(serviceId).desk(chatId);
  await soon(hers, (others) => others.length === 0);

  const mine = ada.parley.dashboard(serviceId).desk(chatId);
  await soon(hers, ([other]) => other?.staffId === ada.uid && other.isViewing && !other.isTyping);
  await soon(mine, ([other]) => other?.staffId === bea.uid);
  const messageId = newId();
  for (const draft of ['D', 'De', 'Dear Ann']) mine.write(draft, messageId);
  await soon(hers, ([other]) => other?.draft === 'Dear Ann' && other.isTyping);
  mine.close();
  await soon(hers, ([other]) => other?.isViewing === false && other.draft === 'Dear Ann');

  const again = ada.parley.dashboard(serviceId).desk(chatId);
  assert.deepEqual(await again.unsent(), [{ messageId, body: 'Dear Ann' }]);
  await soon(hers, ([other]) => other?.isViewing === true && other.draft === 'Dear Ann');
  again.hold(messageId, 'Dear Ann');
  again.write('One more', 'later');
  await soon(hers, ([other]) => other?.unsent?.[0]?.body === 'Dear Ann' && other.draft === 'One more');
  again.write('');
  again.settle(messageId);
  await soon(hers, ([other]) => other?.isViewing === true && other.draft === undefined && other.unsent === undefined);
  const desk = await stored(`chats/${chatId}/desk/${ada.uid}`);
  assert.deepEqual(Object.keys(desk ?? {}), ['viewedAt']);
  for (const each of [hers, again]) each.close();
});

test('what was not sent is there again, and what has arrived is not, whatever the desk says', async () => {
  const [ann, ada] = await Promise.all([somebody('Ann'), somebody('Ada')]);
  const serviceId = await serviceWith(ada);
  const { chatId } = await ann.parley.open.case(serviceId);
  const dashboard = ada.parley.dashboard(serviceId);
  const [arrived, lost, typed] = [newId(), newId(), newId()];
  const path = `chats/${chatId}/desk/${ada.uid}`;
  const unsent = [arrived, lost].map((messageId) => ({ messageId, body: `Dear ${messageId}` }));
  await put({ [path]: { viewedAt: new Date(), unsent, draft: 'And', draftId: typed } });
  const chat = dashboard.chat(chatId);
  await chat.posting.send({ body: `Dear ${arrived}` }, arrived).sent;

  const first = dashboard.desk(chatId);
  assert.deepEqual(await first.unsent(), [unsent[1], { messageId: typed, body: 'And' }]);
  // Sent twice under its id, as by two tabs, it arrives once.
  await chat.posting.send({ body: `Dear ${lost}` }, lost).sent;
  await chat.posting.send({ body: `Dear ${lost}` }, lost).sent;
  first.close();
  const second = dashboard.desk(chatId);
  assert.deepEqual(await second.unsent(), [{ messageId: typed, body: 'And' }]);
  const { messages } = await soon(chat.messages, (shown) => shown.messages.every(({ state }) => state === 'sent'));
  assert.deepEqual(
    messages.filter(({ body }) => body).map(({ id }) => id),
    [arrived, lost],
  );
  for (const each of [second, chat]) each.close();
});

test('owners and admins keep canned answers, and share views with roles', async () => {
  const [ada, bea] = await Promise.all([somebody('Ada'), somebody('Bea')]);
  const serviceId = await serviceWith(ada, 'admin');
  await put({ [`services/${serviceId}/staff/${bea.uid}`]: { role: 'agent', displayName: 'Bea' } });
  const [own, others] = [ada.parley.dashboard(serviceId), bea.parley.dashboard(serviceId)];
  const [answers, known] = [own.cannedAnswers(), others.cannedAnswers()];
  const [views, seen] = [own.savedViews(), others.savedViews()];

  const answer = { shortcut: 'sorry', name: 'Sorry', body: 'Sorry, {{ user.displayName }}.' };
  const id = await answers.save(answer);
  await answers.save({ ...answer, id, body: 'We are sorry.' });
  const shown = await soon(known, (all) => all.get(id)?.body === 'We are sorry.');
  assert.equal(shown.get(id)?.updatedBy, ada.uid);
  await refused(known.save(answer), 'refused');

  const [kept, shared] = [await views.save({ name: 'Mine', view: 'mine' }), await views.save({ name: 'VIPs' })];
  const where = { field: 'tags', op: 'array-contains' as const, value: 'vip' };
  await views.save({ id: shared, name: 'VIPs', where, sharedWith: ['agent'] });
  const found = await soon(seen, (all) => all.has(shared));
  assert.deepEqual([...found.keys()], [shared]);
  assert.deepEqual(found.get(shared)?.where, where);
  assert.deepEqual(new Set((await soon(views, (all) => all.size === 2)).keys()), new Set([kept, shared]));
  await refused(seen.save({ name: 'All', sharedWith: ['viewer'] }), 'refused');
  await views.remove(shared);
  await soon(seen, (all) => all.size === 0);
  for (const each of [answers, known, views, seen]) each.close();
});
