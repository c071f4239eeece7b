import assert from 'node:assert/strict';
import { type DocumentData, FieldPath } from 'firebase/firestore';
import { test } from 'vitest';
import type { Batch } from '../../src/batches.js';
import type { Connection } from '../../src/connection.js';
import { ParleyError } from '../../src/errors.js';
import type { OwnHorizons } from '../../src/horizons.js';
import { Inbox } from '../../src/inbox.js';

const refusal = (): ParleyError => new ParleyError({ act: 'x', reason: 'refused', code: 'permission-denied' });

/** The job of one SMS at a server, under the rules: a failed one may be tried again, and nothing else changes. */
class OneJob {
  readonly uid = 'sam';
  writes = 0;

  constructor(public stored: DocumentData | undefined) {}

  async write(_act: string, add: (batch: Batch) => void): Promise<void> {
    await Promise.resolve();
    const fail = (): never => assert.fail('only one field changes');
    add({
      set: fail,
      update: fail,
      remove: fail,
      updateField: (path: string, field: FieldPath, value: unknown) => {
        assert.equal(path, 'nonChatSMSQueue/job1');
        assert.ok(field.isEqual(new FieldPath('delivery', 'state')));
        assert.equal(value, 'RETRY');
        if (this.stored?.delivery?.state !== 'ERROR') throw refusal();
        this.stored = { ...this.stored, delivery: { ...this.stored.delivery, state: 'RETRY' } };
        this.writes += 1;
      },
    });
  }

  async getFromServer(): Promise<DocumentData | undefined> {
    return this.stored;
  }
}

function inboxOf(job: OneJob): Inbox {
  return new Inbox(job as unknown as Connection, {} as OwnHorizons, 'acme');
}

test('a failed SMS is sent again by its own job, and all else of the job stays', async () => {
  const job = new OneJob({ body: 'Hi', delivery: { state: 'ERROR', attempts: 1, error: 'noPhone: none' } });
  await inboxOf(job).retrySms('job1');
  assert.deepEqual(job.stored, { body: 'Hi', delivery: { state: 'RETRY', attempts: 1, error: 'noPhone: none' } });
});

test.each(['RETRY', 'PROCESSING', 'SUCCESS'])('a colleague was faster, and the SMS is %s by now', async (state) => {
  const job = new OneJob({ delivery: { state } });
  await inboxOf(job).retrySms('job1');
  assert.equal(job.writes, 0);
  assert.equal(job.stored?.delivery.state, state);
});

test('a refusal for another reason is thrown', async () => {
  const job = new OneJob({ delivery: { state: 'ERROR' } });
  job.write = async () => Promise.reject(refusal());
  await assert.rejects(inboxOf(job).retrySms('job1'), { reason: 'refused' });
  await assert.rejects(inboxOf(new OneJob(undefined)).retrySms('job1'), { reason: 'refused' });
});
