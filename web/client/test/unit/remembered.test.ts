import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Remembered } from '../../src/remembered.js';

test('what was read is not read again while it is held', async () => {
  const read: string[] = [];
  const remembered = new Remembered(2, async (id) => {
    read.push(id);
    return id;
  });

  for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) assert.equal(await remembered.get(id), id);

  assert.deepEqual(read, ['a', 'b', 'c', 'b']);
});

test('those who ask at once share one read', async () => {
  let reads = 0;
  const remembered = new Remembered(2, async () => {
    reads += 1;
    return 'here';
  });

  await Promise.all([remembered.get('a'), remembered.get('a')]);

  assert.equal(reads, 1);
});

test('what is not there yet, or failed, is asked for again', async () => {
  const answers = [Promise.resolve(undefined), Promise.reject(new Error('offline')), Promise.resolve('here')];
  const remembered = new Remembered(2, () => answers.shift() ?? assert.fail('read once too often'));

  assert.equal(await remembered.get('a'), undefined);
  await assert.rejects(remembered.get('a'), /offline/);
  assert.equal(await remembered.get('a'), 'here');
  assert.equal(await remembered.get('a'), 'here');
});
