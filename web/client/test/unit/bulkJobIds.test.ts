import assert from 'node:assert/strict';
import { test } from 'vitest';
import { LIMITS } from '../../src/index.js';
import { bulkJobId } from '../../src/valueForms.js';

const PLACE = { name: 'jobId', inside: '' };

test('the id of a bulk job leaves room for that of the job which takes it back', () => {
  assert.deepEqual(bulkJobId('a'.repeat(LIMITS.BULK_JOB_ID), PLACE), []);
  const [wrong] = bulkJobId('a'.repeat(LIMITS.BULK_JOB_ID + 1), PLACE);
  assert.equal(wrong?.field, 'jobId');
  assert.match(String(wrong?.limit), /59/);
});
