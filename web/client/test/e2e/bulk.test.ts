import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { endWorld, live, refused, serviceWith, somebody, soon } from './world.js';

afterAll(endWorld);

test('a job closes all cases of a view, tells its progress, and is undone by another', async () => {
  const [ann, bob, ada] = await Promise.all(['Ann', 'Bob', 'Ada'].map(somebody));
  assert.ok(ann && bob && ada);
  const serviceId = await serviceWith(ada);
  const dashboard = ada.parley.dashboard(serviceId);
  await Promise.all([ann, bob].map(({ parley }) => parley.open.case(serviceId)));
  const open = dashboard.view('open');
  await live(open);
  await soon(open, ({ items }) => items.length === 2);
  const where = { field: 'tags', op: 'array-contains' as const, value: 'vip' };
  assert.deepEqual((await dashboard.findCases({ where })).cases, []);
  const all = await dashboard.findCases({ where: { not: where }, state: 'open' });
  assert.deepEqual(all.cases.map(({ userId }) => userId).sort(), [ann.uid, bob.uid].sort());
  await dashboard.assign(all.cases[0]?.chatId ?? '', ada.uid);
  const mine = await dashboard.findCases({ where: { not: where }, view: 'mine' });
  assert.deepEqual(
    mine.cases.map(({ chatId }) => chatId),
    [all.cases[0]?.chatId],
  );

  const { jobId } = await dashboard.updateCases({ cases: { view: 'open' }, changes: { state: 'closed' } });
  const job = dashboard.bulkJob(jobId);
  const done = await soon(job, (known) => known?.state === 'completed');
  assert.deepEqual([done?.total, done?.done, done?.unchanged, done?.failed], [2, 2, 0, 0]);
  await soon(open, ({ items }) => items.length === 0);

  const own = dashboard.bulkJobs({ createdBy: ada.uid, pageSize: 1 });
  const newest = await soon(own, ({ items }) => items.length === 1);
  assert.equal(newest.items[0]?.jobId, jobId);

  const undo = await dashboard.undoBulkJob(jobId);
  const undone = dashboard.bulkJob(undo.jobId);
  await soon(undone, (known) => known?.state === 'completed' && known.done === 2);
  await soon(open, ({ items }) => items.length === 2);
  await soon(own, ({ items }) => items[0]?.jobId === undo.jobId);
  const spared = [ann, bob].map(({ uid }) => `${uid}:service:${serviceId}`).slice(0, 1);
  const next = await dashboard.updateCases({
    cases: { view: 'open', where: { not: where }, exceptChatIds: spared },
    changes: { state: 'closed' },
  });
  const but = dashboard.bulkJob(next.jobId);
  const ended = await soon(but, (known) => known?.state === 'completed');
  assert.deepEqual([ended?.total, ended?.done], [1, 1]);
  await soon(open, ({ items }) => items.map(({ chatId }) => chatId).join() === spared.join());
  await refused(dashboard.cancelBulkJob('no-such-job'), 'unknownJob');
  await refused(ann.parley.dashboard(serviceId).undoBulkJob(jobId), 'notStaff');
  await refused(ada.parley.health().get(), 'notStaff');
  for (const each of [open, job, own, undone, but]) each.close();
});
