import assert from 'node:assert/strict';
import { type DocumentData, Timestamp } from 'firebase/firestore';
import { test } from 'vitest';
import type { Connection } from '../../src/connection.js';
import { Me } from '../../src/people.js';
import { HandClock } from './handClock.js';

const HOUR = 3_600_000;

/** One's own record at a server, whose clock goes right. */
class OneRecord {
  readonly clock = new HandClock();
  readonly uid = 'ann';
  stored: DocumentData = {};
  writes = 0;

  async get(): Promise<DocumentData> {
    return this.stored;
  }

  async write(): Promise<void> {
    this.writes += 1;
  }
}

function seen(): { ann: OneRecord; me: Me } {
  const ann = new OneRecord();
  return { ann, me: new Me(ann as unknown as Connection) };
}

test('that one was here is written once an hour', async () => {
  const { ann, me } = seen();

  await me.seen();
  ann.clock.move(HOUR - 1);
  await me.seen();
  assert.equal(ann.writes, 1);
  ann.clock.move(1);
  await me.seen();

  assert.equal(ann.writes, 2);
});

test('what another device has told within the hour is not told again', async () => {
  const { ann, me } = seen();
  ann.stored = { lastSeenAt: Timestamp.fromMillis(ann.clock.now() - HOUR / 2) };

  await me.seen();
  ann.clock.move(HOUR / 2 - 1);
  await me.seen();
  assert.equal(ann.writes, 0);
  ann.clock.move(1);
  await me.seen();

  assert.equal(ann.writes, 1);
});

test('a clock that is set back keeps nobody from being seen', async () => {
  const { ann, me } = seen();
  await me.seen();
  ann.stored = { lastSeenAt: Timestamp.fromMillis(ann.clock.now()) };

  ann.clock.set(-30 * 24 * HOUR);
  await me.seen();

  assert.equal(ann.writes, 2);
});
