import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import type { ListedReport } from '../../src/index.js';
import { directChat, endWorld, live, put, ready, refused, serviceWith, somebody, soon, stored } from './world.js';

afterAll(endWorld);

test('a reported message comes to the staff as it stood, and they decide on it', async () => {
  const [ann, bob, ada] = await Promise.all([somebody('Ann'), somebody('Bob'), somebody('Ada')]);
  await put({ [`services/default/staff/${ada.uid}`]: { role: 'agent', displayName: 'Ada' } });
  const chatId = await directChat(ann, bob);
  const dashboard = ada.parley.dashboard('default');
  const [mine, theirs, reports] = [ann.parley.chat(chatId), bob.parley.chat(chatId), dashboard.reports()];
  await ready(mine, theirs);
  await live(reports);
  const { id, sent } = theirs.posting.send({ body: 'Buy now!' });
  await sent;

  const { reportId, created } = await mine.report(id, 'spam', 'The third one today');
  const again = await mine.report(id, 'other');
  await theirs.posting.edit(id, 'Hello');

  assert.deepEqual([created, again], [true, { reportId, created: false }]);
  const ofThis = (): ListedReport[] => (reports.value?.items ?? []).filter((each) => each.reportId === reportId);
  await soon(reports, () => ofThis().length === 1);
  const [report] = ofThis();
  assert.deepEqual(
    [report?.message.body, report?.senderId, report?.reporterId, report?.reason, report?.comment],
    ['Buy now!', bob.uid, ann.uid, 'spam', 'The third one today'],
  );
  await dashboard.resolve(reportId, 'upheld', 'Warned');
  await soon(reports, () => ofThis().length === 0);
  const decided = await stored(`reports/${reportId}`);
  const { resolution, note, resolvedBy } = decided ?? {};
  assert.deepEqual({ resolution, note, resolvedBy }, { resolution: 'upheld', note: 'Warned', resolvedBy: ada.uid });
  for (const each of [mine, theirs, reports]) each.close();
});

test('what cannot be reported is refused with the reason', async () => {
  const [ann, bob, eve] = await Promise.all([somebody('Ann'), somebody('Bob'), somebody('Eve')]);
  const serviceId = await serviceWith(ann);
  const chatId = await directChat(ann, bob);
  const [mine, outside] = [ann.parley.chat(chatId), eve.parley.chat(chatId)];
  const { id, sent } = mine.posting.send({ body: 'Mine' });
  await sent;

  await refused(mine.report(id, 'spam'), 'ownMessage');
  await refused(mine.report('nothing', 'spam'), 'unknownMessage');
  await refused(outside.report(id, 'spam'), 'notAMember');
  await refused(bob.parley.dashboard(serviceId).resolve('0'.repeat(32), 'dismissed'), 'unknownReport');
  for (const each of [mine, outside]) each.close();
});
