import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryDocumentSnapshot } from 'firebase/firestore';
import { watchTyping } from '../../src/typing.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';
import { stored, ToldConnection } from './toldConnection.js';

class WithClock extends ToldConnection {
  readonly clock = new HandClock();
}

/** Whoever typed, each with the second by the server's clock. */
const typed = (seconds: Record<string, number>): QueryDocumentSnapshot[] =>
  Object.entries(seconds).map(([id, second]) => stored(id, { at: at(second) }));

test('who typed before one looked is shown as soon as they go on, whatever the clock of the device', () => {
  for (const ahead of [0, -86_400_000, 86_400_000]) {
    const connection = new WithClock();
    connection.clock.set(connection.clock.now() + ahead);
    const live = watchTyping(connection.asConnection, 'town', 'ann');

    connection.tell(0, typed({ bob: 1_000 }));
    assert.deepEqual(live.value, []);
    connection.tell(0, typed({ bob: 1_005 }));
    assert.deepEqual(live.value, ['bob']);
    connection.clock.move(7_999);
    assert.deepEqual(live.value, ['bob']);
    connection.clock.move(1);

    assert.deepEqual(live.value, []);
  }
});

test("one's own keystrokes are not shown to oneself", () => {
  const connection = new WithClock();
  const live = watchTyping(connection.asConnection, 'town', 'ann');
  connection.tell(0, []);

  connection.tell(0, typed({ ann: 1, bob: 1 }));
  assert.deepEqual(live.value, ['bob']);
  connection.tell(0, typed({ ann: 1 }));

  assert.deepEqual(live.value, []);
});
