import assert from 'node:assert/strict';
import type { QueryDocumentSnapshot } from 'firebase/firestore';
import { test } from 'vitest';
import type { Batch } from '../../src/batches.js';
import type { Connection } from '../../src/connection.js';
import { OwnHorizons } from '../../src/horizons.js';
import { Live } from '../../src/live.js';
import type { MessagesShown } from '../../src/messages.js';
import { Posting } from '../../src/posting.js';
import { REPEATED_MS, TypingSignal, watchTyping } from '../../src/typing.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';
import { stored, ToldConnection } from './toldConnection.js';

class WithClock extends ToldConnection {
  readonly clock = new HandClock();
}

const nothingSaid = (): Live<MessagesShown> => new Live();

/** What is on the screen: who spoke, each with the second; not confirmed yet without one. */
const shows = (...spoken: [senderId: string, second?: number][]): MessagesShown => ({
  messages: spoken.map(([senderId, second], n) => ({
    id: `m${n}`,
    senderId,
    state: 'sent',
    ...(second !== undefined && { createdAt: at(second) }),
  })),
  hasOlder: false,
  hasNewer: false,
  isFromCache: false,
});

/** Whoever typed, each with the second by the server's clock. */
const typed = (seconds: Record<string, number>): QueryDocumentSnapshot[] =>
  Object.entries(seconds).map(([id, second]) => stored(id, { at: at(second) }));

test('who typed before one looked is shown as soon as they go on, whatever the clock of the device', () => {
  for (const ahead of [0, -86_400_000, 86_400_000]) {
    const connection = new WithClock();
    connection.clock.set(connection.clock.now() + ahead);
    const live = watchTyping(connection.asConnection, 'town', 'ann', nothingSaid());

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
  const live = watchTyping(connection.asConnection, 'town', 'ann', nothingSaid());
  connection.tell(0, []);

  connection.tell(0, typed({ ann: 1, bob: 1 }));
  assert.deepEqual(live.value, ['bob']);
  connection.tell(0, typed({ ann: 1 }));

  assert.deepEqual(live.value, []);
});

test('who has said what they typed is shown as typing no more, whichever of both arrives first', () => {
  const connection = new WithClock();
  const messages = nothingSaid();
  const live = watchTyping(connection.asConnection, 'town', 'ann', messages);
  connection.tell(0, []);
  connection.tell(0, typed({ bob: 5, cat: 5 }));

  messages.set(shows(['cat', 4], ['eve', 6], ['ann']));
  assert.deepEqual(live.value, ['bob', 'cat'], 'what they said before was another thing');
  messages.set(shows(['cat', 4], ['bob', 6], ['eve', 7], ['ann']));
  assert.deepEqual(live.value, ['cat']);
  messages.set(shows(['bob', 6], ['cat', 9]));
  connection.tell(0, typed({ bob: 5, cat: 8 }));
  assert.deepEqual(live.value, []);
  connection.tell(0, typed({ bob: 7, cat: 8 }));

  assert.deepEqual(live.value, ['bob'], 'and types anew');
  live.close();
});

const TYPING = 'chatTypingIndicators/ann:bob/members/ann';

/** What a server is told by one person; each write is one batch, named by its paths. */
class Writing {
  readonly clock = new HandClock();
  readonly uid = 'ann';
  readonly batches: string[][] = [];
  isRefused = false;
  readonly settle = this.write.bind(this);

  async write(_act: string, add: (batch: Batch) => void): Promise<void> {
    const paths: string[] = [];
    const named =
      (verb: string) =>
      (path: string): void =>
        void paths.push(path === TYPING ? `${verb} typing` : (path.split('/')[0] ?? ''));
    add({ set: named('set'), update: named('set'), remove: named('remove'), updateField: () => assert.fail() });
    this.batches.push(paths);
    if (this.isRefused) throw new Error('refused');
  }
}

function writing(): { server: Writing; typing: TypingSignal; posting: Posting } {
  const server = new Writing();
  const connection = server as unknown as Connection;
  const typing = new TypingSignal(connection, 'ann:bob', 'ann');
  const board = { echo: () => undefined, forgetEcho: () => undefined, refused: () => undefined };
  return { server, typing, posting: new Posting(connection, 'ann:bob', { memberId: 'ann' }, board, typing) };
}

test('what is sent ends the typing in its own batch, and the next keystroke begins anew', async () => {
  const { server, typing, posting } = writing();

  typing.keystroke();
  await posting.send({ body: 'Hello' }).sent;
  typing.stop();
  typing.keystroke();

  assert.deepEqual(server.batches, [['set typing'], ['chatMessages', 'messageQueue', 'remove typing'], ['set typing']]);
});

test('an edit ends the typing too, a deletion or a reaction does not', async () => {
  const { server, typing, posting } = writing();

  typing.keystroke();
  await posting.remove('m1');
  await posting.react('m2', '👍');
  await posting.edit('m3', 'Hello');

  assert.deepEqual(server.batches, [
    ['set typing'],
    ['chatMessages'],
    ['chatMessages'],
    ['chatMessages', 'remove typing'],
  ]);
});

test('who did not type, or could not be seen to, writes nothing more to send', async () => {
  const { server, typing, posting } = writing();
  await posting.send({ body: 'Hello' }).sent;
  server.isRefused = true;
  typing.keystroke();
  await new Promise(setImmediate);

  server.isRefused = false;
  await posting.send({ body: 'Hello?' }).sent;
  typing.stop();

  assert.deepEqual(server.batches, [
    ['chatMessages', 'messageQueue'],
    ['set typing'],
    ['chatMessages', 'messageQueue'],
  ]);
});

test('a Parley that is closed ends the typing in a chat that is on the screen still', async () => {
  const { server, typing } = writing();
  const horizons = new OwnHorizons(server as unknown as Connection);
  horizons.hold(typing);
  typing.keystroke();

  await horizons.close();

  assert.deepEqual(server.batches, [['set typing'], ['remove typing']]);
});

test('a chat that is closed ends the typing, and takes no keystroke any more', async () => {
  const { server, typing } = writing();
  typing.keystroke();
  server.clock.move(REPEATED_MS);
  typing.keystroke();

  await typing.close();
  typing.keystroke();
  await typing.close();

  assert.deepEqual(server.batches, [['set typing'], ['set typing'], ['remove typing']]);
});
