import assert from 'node:assert/strict';
import { Timestamp } from 'firebase/firestore';
import { afterAll, test } from 'vitest';
import { endWorld, put, refused, serviceWith, somebody, soon } from './world.js';

afterAll(endWorld);

test('staff list who changed what, by who, what and whom, page by page; others list nothing', async () => {
  const [ada, bea, ann] = await Promise.all([somebody('Ada'), somebody('Bea'), somebody('Ann')]);
  const serviceId = await serviceWith(ada, 'viewer');
  // Two of one commit have one time.
  const made = [
    ['c1', { action: 'userUpdated', by: ada.uid, target: ann.uid }, 1],
    ['c2', { action: 'userUpdated', by: bea.uid, target: ann.uid }, 2],
    ['c3', { action: 'serviceUpdated', by: bea.uid }, 2],
    ['c4', { action: 'userUpdated', by: bea.uid, target: bea.uid }, 3],
  ] as const;
  await put(
    Object.fromEntries(
      made.map(([id, entry, at]) => [`services/${serviceId}/audit/${id}`, { ...entry, at: new Timestamp(at, 0) }]),
    ),
  );
  const dashboard = ada.parley.dashboard(serviceId);
  const listed = async (asked: Parameters<typeof dashboard.changes>[0]): Promise<string[]> => {
    const list = dashboard.changes(asked);
    const { items } = await list.first(({ isFromCache }) => !isFromCache);
    list.close();
    return items.map(({ entryId }) => entryId);
  };
  assert.deepEqual(await listed({}), ['c4', 'c3', 'c2', 'c1']);
  assert.deepEqual(await listed({ by: bea.uid }), ['c4', 'c3', 'c2']);
  assert.deepEqual(await listed({ action: 'serviceUpdated' }), ['c3']);
  assert.deepEqual(await listed({ by: bea.uid, action: 'userUpdated', target: ann.uid }), ['c2']);
  const first = dashboard.changes({ pageSize: 2 });
  const { items, hasMore } = await first.first(({ isFromCache }) => !isFromCache);
  first.close();
  assert.equal(hasMore, true);
  const last = items.at(-1);
  assert.ok(last);
  assert.deepEqual(await listed({ after: last }), ['c2', 'c1']);
  await refused(ann.parley.dashboard(serviceId).changes().first(), 'notStaff');
});

test('staff list the SMS that stand in no chat, all or those of a state', async () => {
  const [ada, ann] = await Promise.all([somebody('Ada'), somebody('Ann')]);
  const serviceId = await serviceWith(ada, 'viewer');
  const sms = (state: string, at: number) => ({
    from: '+12025550188',
    to: '+12025550100',
    body: state,
    state,
    uids: [],
    messageSid: `SM${at}`,
    at: new Timestamp(at, 0),
  });
  const folder = `services/${serviceId}/inboundSms`;
  await put({ [`${folder}/s1`]: sms('kept', 1), [`${folder}/s2`]: sms('optedOut', 2) });
  const dashboard = ada.parley.dashboard(serviceId);
  const [all, kept] = [dashboard.receivedSms(), dashboard.receivedSms({ state: 'kept' })];
  await soon(all, ({ items }) => items.map(({ smsId }) => smsId).join() === 's2,s1');
  await soon(kept, ({ items }) => items.map(({ smsId }) => smsId).join() === 's1');
  await put({ [`${folder}/s3`]: sms('kept', 3) });
  await soon(kept, ({ items }) => items.map(({ smsId }) => smsId).join() === 's3,s1');
  for (const each of [all, kept]) each.close();
  await refused(ann.parley.dashboard(serviceId).receivedSms().first(), 'notStaff');
});
