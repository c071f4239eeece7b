import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Connection } from '../../src/connection.js';
import { Inbox } from '../../src/inbox.js';

test('a test of a campaign names its people in place of ten thousand others', async () => {
  const asked: unknown[] = [];
  const connection = {
    call: async (name: string, data: { job: object; userIds: string[] }) => {
      asked.push([name, data.job, data.userIds]);
      return { tests: [] };
    },
  } as unknown as Connection;
  const inbox = new Inbox(connection, undefined as never, 'acme');
  const many = Array.from({ length: 10_000 }, (_, number) => `person-${number}`);
  await inbox.sendTest({ name: 'News', audience: { userIds: many } }, ['ann']);
  assert.deepEqual(asked, [['sendTest', { name: 'News', serviceId: 'acme', audience: { userIds: ['ann'] } }, ['ann']]]);
});
