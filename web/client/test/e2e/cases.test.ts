import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import {
  endWorld,
  live,
  pushesTo,
  put,
  readAll,
  ready,
  refused,
  serviceWith,
  somebody,
  somebodyWithPhone,
  soon,
} from './world.js';

afterAll(endWorld);

const DAY = 86_400_000;

test('a person writes to a service, and its staff see the case and answer as the service', async () => {
  const [ann, ada] = await Promise.all([somebodyWithPhone('Ann'), somebody('Ada')]);
  const serviceId = await serviceWith(ada);
  const dashboard = ada.parley.dashboard(serviceId);
  const cases = dashboard.openCases();
  await live(cases);

  const { chatId } = await ann.parley.open.case(serviceId);
  const asked = ann.parley.chat(chatId);
  await ready(asked);
  await asked.posting.send({ body: 'Where is my parcel?' }).sent;
  await soon(cases, ({ chats }) => chats.some((each) => each.chatId === chatId && each.unread === 1));

  const answered = dashboard.chat(chatId);
  await ready(answered);
  const types = asked.whoTypes();
  await soon(types, (who) => who.length === 0);
  answered.typing.keystroke();
  await soon(types, (who) => who[0] === `service:${serviceId}`);
  await readAll(answered);
  await soon(cases, ({ chats }) => chats.find((each) => each.chatId === chatId)?.unread === 0);
  await answered.posting.send({ body: 'On its way.' }).sent;
  const { messages } = await soon(asked.messages, (shown) => shown.messages.at(-1)?.body === 'On its way.');
  assert.equal(messages.at(-1)?.senderId, `service:${serviceId}`);
  const [push] = await pushesTo(ann, 1);
  assert.deepEqual(push?.notification, { title: 'Acme', body: 'On its way.' });
  for (const each of [cases, asked, answered]) each.close();
});

test('staff assign, snooze, close and open a case, and a message from the person opens it again', async () => {
  const [ann, ada] = await Promise.all([somebody('Ann'), somebody('Ada')]);
  const serviceId = await serviceWith(ada);
  const dashboard = ada.parley.dashboard(serviceId);
  const { chatId } = await ann.parley.open.case(serviceId);
  const [open, snoozed, closed] = [dashboard.openCases(), dashboard.cases('snoozed'), dashboard.cases('closed')];
  await Promise.all([live(snoozed), live(closed)]);
  const isOpen = (): boolean => open.value?.chats.some((each) => each.chatId === chatId) ?? false;
  await soon(open, isOpen);

  await dashboard.assign(chatId, ada.uid);
  const until = new Date(Date.now() + DAY);
  await dashboard.snooze(chatId, until);
  await soon(open, () => !isOpen());
  const { items } = await soon(snoozed, (shown) => shown.items.length === 1);
  const [asleep] = items;
  assert.deepEqual([asleep?.chatId, asleep?.assigneeId], [chatId, ada.uid]);
  assert.equal(asleep?.snoozedUntil?.toMillis(), until.getTime());

  await dashboard.reopen(chatId);
  await soon(open, isOpen);
  await dashboard.close(chatId);
  await soon(open, () => !isOpen());
  await soon(closed, (shown) => shown.items.some((each) => each.chatId === chatId));
  const asked = ann.parley.chat(chatId);
  await soon(asked.messages, ({ messages }) => messages.at(-1)?.event === 'closed');

  await asked.posting.send({ body: 'One more thing' }).sent;
  await soon(open, () => isOpen() && open.value?.chats[0]?.lastMessage?.preview === 'One more thing');
  await dashboard.assign(chatId, null);
  const audit = await soon(dashboard.audit(chatId), (entries) => entries.size >= 6);
  const actions = [...audit.values()].map(({ action }) => action);
  assert.deepEqual(actions.slice(0, 3), ['assigned', 'opened', 'closed']);
  for (const each of [asked, open, snoozed, closed]) each.close();
});

test('staff open a case with one of their people, and describe the person and the service', async () => {
  const [ann, ada] = await Promise.all([somebody('Ann'), somebody('Ada')]);
  const serviceId = await serviceWith(ada, 'owner');
  const dashboard = ada.parley.dashboard(serviceId);

  await refused(dashboard.open(ann.uid), 'unknownUser');
  await ann.parley.open.case(serviceId);
  const again = await dashboard.open(ann.uid);
  await dashboard.updatePerson(ann.uid, { attributes: { plan: 'pro' }, tags: ['vip'] });
  await dashboard.updateService({ name: 'Acme & Sons' });

  assert.equal(again.created, false);
  const [people, staff, service] = [dashboard.people(), dashboard.staff(), dashboard.details()];
  const { items } = await soon(people, ({ isFromCache }) => !isFromCache);
  assert.deepEqual(
    items.map(({ uid, displayName, attributes, tags }) => ({ uid, displayName, attributes, tags })),
    [{ uid: ann.uid, displayName: 'Ann', attributes: { plan: 'pro' }, tags: ['vip'] }],
  );
  await soon(staff, (known) => known.get(ada.uid)?.role === 'owner');
  await soon(service, (known) => known?.name === 'Acme & Sons');
  for (const each of [people, staff, service]) each.close();
});

test('a viewer looks on, and is told why nothing more is possible', async () => {
  const [ann, vic] = await Promise.all([somebody('Ann'), somebody('Vic')]);
  const serviceId = await serviceWith(vic, 'viewer');
  const { chatId } = await ann.parley.open.case(serviceId);
  const dashboard = vic.parley.dashboard(serviceId);
  const seen = dashboard.chat(chatId);
  await ready(seen);

  await refused(seen.posting.send({ body: 'Hi' }).sent, 'notStaff');
  await refused(dashboard.close(chatId), 'notStaff');
  const stranger = ann.parley.dashboard(serviceId);
  await refused(stranger.cases('open').first(), 'notStaff');
  await refused(
    stranger.openCases().first(({ isFromCache }) => !isFromCache),
    'notStaff',
  );
  seen.close();
});

test('a broadcast chat is read by its person, who is told to open a case instead of answering', async () => {
  const [ann, ada] = await Promise.all([somebody('Ann'), somebody('Ada')]);
  const serviceId = await serviceWith(ada);
  const chatId = `${ann.uid}:broadcast:${serviceId}`;
  const now = new Date();
  await put({
    [`chats/${chatId}`]: {
      serviceId,
      kind: 'broadcast',
      createdBy: `service:${serviceId}`,
      createdAt: now,
      memberIds: [ann.uid],
    },
    [`chats/${chatId}/members/${ann.uid}`]: { role: 'member', joinedAt: now },
  });
  const mine = ann.parley.chat(chatId);
  await ready(mine);

  await ada.parley.dashboard(serviceId).chat(chatId).posting.send({ body: 'News' }).sent;
  await soon(mine.messages, ({ messages }) => messages.at(-1)?.body === 'News');

  await refused(mine.posting.send({ body: 'Thanks' }).sent, 'oneWayChat');
  mine.close();
});
