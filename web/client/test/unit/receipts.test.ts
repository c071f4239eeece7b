import assert from 'node:assert/strict';
import { test } from 'vitest';
import { ParleyError } from '../../src/errors.js';
import { flagRow } from '../../src/flags.js';
import { OwnHorizons } from '../../src/horizons.js';
import { Receipts } from '../../src/receipts.js';
import { ANN, CHAT, done, MINUTE, newest, OneChat, PACE, RECEIPT, ROW, reading, said } from './oneChat.js';
import { at } from './times.js';

const refused = (): ParleyError => new ParleyError({ act: 'confirm', reason: 'refused' });

test('a burst of messages is one write, of the receipt and the row together', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 3, readCount: 0, ...newest(3) });
  const receipts = await reading(chat);

  for (const seconds of [1, 3, 2]) receipts.shown(said(seconds));
  await receipts.flush();

  assert.equal(chat.written.length, 1);
  assert.equal(chat.readTo, 3);
  assert.deepEqual(chat.written[0]?.[ROW], { readCount: 3 });
});

test('what was read before is not written again, and costs one look', async () => {
  const chat = new OneChat();
  chat.stored[RECEIPT] = { readTo: at(5), deliveredTo: at(5) };
  const receipts = await reading(chat);

  for (const seconds of [4, 5, 4]) {
    receipts.shown(said(seconds));
    await receipts.flush();
  }

  assert.deepEqual([chat.reads, chat.written.length], [1, 0]);
});

test('what has arrived and was not read leaves the beginning of time as what was read', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);

  receipts.received(said(7));
  await receipts.flush();

  assert.deepEqual([chat.readTo, chat.stored[RECEIPT]?.deliveredTo.seconds], [0, 7]);
  await chat.wait(PACE);
  receipts.received(said(8));
  await receipts.flush();
  assert.deepEqual(Object.keys(chat.written[1]?.[RECEIPT] ?? {}).sort(), ['deliveredTo', 'readAt']);
});

test('a row that is behind is read once it has caught up', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 0, ...newest(1) });
  const receipts = await reading(chat);
  receipts.shown(said(2));
  await receipts.flush();
  assert.equal(chat.stored[ROW]?.readCount, 1);

  chat.row({ messageCount: 2, ...newest(2) });
  await receipts.flush();

  assert.equal(chat.stored[ROW]?.readCount, 2);
});

test('so is one that catches up while that is on its way', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 0, ...newest(1) });
  const receipts = await reading(chat);
  const { settle } = chat;
  chat.settle = (...asked) => {
    chat.settle = settle;
    const sent = chat.settle(...asked);
    chat.row({ messageCount: 2, ...newest(2) });
    return sent;
  };

  receipts.shown(said(2));
  await receipts.flush();
  await chat.wait(MINUTE);

  assert.equal(chat.stored[ROW]?.readCount, 2);
});

test('a case that was closed and opened again on the screen is read by its new count', async () => {
  for (const tellsThatItIsGone of [true, false]) {
    const chat = new OneChat();
    chat.row({ messageCount: 3, readCount: 0, ...newest(1) });
    const receipts = await reading(chat);
    receipts.shown(said(1));
    await receipts.flush();
    assert.equal(chat.stored[ROW]?.readCount, 3);

    if (tellsThatItIsGone) chat.noRow();
    // What was said since may be as much as before, or less.
    for (const messageCount of [3, 1]) {
      await chat.wait(PACE);
      chat.row({ messageCount, readCount: 0, ...newest(5) });
      receipts.shown(said(5));
      await receipts.flush();
      assert.equal(chat.stored[ROW]?.readCount, messageCount);
    }
  }
});

test('a row that is told no more is not read, and the receipt is written once', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 0, ...newest(1) });
  const receipts = await reading(chat);

  chat.endListening(new ParleyError({ act: 'read the row', reason: 'internal', code: 'internal' }));
  receipts.shown(said(1));
  await receipts.flush();
  await chat.wait(10 * MINUTE);

  assert.deepEqual(
    chat.written.map((each) => Object.keys(each)),
    [[RECEIPT]],
  );
});

test('a look while the row is told no more takes the mark away when the chat is opened again', async () => {
  const chat = new OneChat();
  const horizons = new OwnHorizons(chat.connection);
  chat.row({ messageCount: 1, readCount: 1, ...newest(1) });
  const receipts = await reading(chat, horizons);
  chat.endListening(new ParleyError({ act: 'read the row', reason: 'internal', code: 'internal' }));
  chat.row({ markedUnread: true });
  receipts.shown(said(1));
  await receipts.close();

  await reading(chat, horizons);
  await chat.wait(MINUTE);

  assert.deepEqual(chat.rowsWritten, [{ markedUnread: false }]);
});

test("one's own mark is taken away by the next look, also before the row has told of it", async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 1, ...newest(1) });
  const horizons = new OwnHorizons(chat.connection);
  const horizon = horizons.of(CHAT, ANN);
  const receipts = await reading(chat, horizons);
  receipts.shown(said(1));
  await receipts.flush();

  horizon.mark(true);
  receipts.shown(said(1));
  await receipts.flush();
  assert.deepEqual(chat.written.at(-1), { [ROW]: { markedUnread: false } });

  // Looked at, and then marked: it stays.
  receipts.shown(said(1));
  horizon.mark(true);
  chat.row({ markedUnread: true });
  await receipts.flush();
  await chat.wait(MINUTE);
  assert.equal(chat.stored[ROW]?.markedUnread, true);
});

test('a chat that could not be marked unread, since it is not listed yet, is read as any other', async () => {
  const chat = new OneChat();
  const horizons = new OwnHorizons(chat.connection);
  const receipts = await reading(chat, horizons);
  let answer = (): void => undefined;
  const connection = Object.assign(chat.connection, {
    write: () =>
      new Promise<void>((_, reject) => {
        answer = () => reject(refused());
      }),
    isThere: () => Promise.resolve(false),
  });

  const marked = flagRow(connection, ANN, CHAT, horizons.of(CHAT, ANN), { markedUnread: true });
  receipts.shown(said(1));
  await receipts.flush();
  assert.equal(chat.readTo, 1);
  answer();
  await assert.rejects(marked, { reason: 'notListed' });

  // When the row comes there is no mark to take away.
  chat.row({ messageCount: 1, readCount: 1, ...newest(1) });
  receipts.shown(said(1));
  await receipts.flush();
  assert.deepEqual(chat.rowsWritten, []);
});

test('a look that came before the row is known takes the mark away when it is', async () => {
  const chat = new OneChat();
  const { watch } = chat;
  let begin = (): void => undefined;
  chat.watch = (...asked) => {
    begin = () => void watch.call(chat, ...asked);
    return () => undefined;
  };
  const { connection } = chat;
  const receipts = new Receipts(connection, CHAT, ANN, new OwnHorizons(connection).of(CHAT, ANN));
  receipts.shown(said(1));
  await receipts.flush();

  chat.stored[ROW] = { messageCount: 1, readCount: 1, markedUnread: true, ...newest(1) };
  begin();
  await receipts.ready;
  await receipts.flush();

  assert.equal(chat.stored[ROW]?.markedUnread, false);
});

test('a flush waits for what was on its way before it, and not for its own part alone', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  const { settle } = chat;
  let arrive = (): void => undefined;
  chat.settle = async (...asked) => {
    const answered = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await Promise.all([settle.apply(chat, asked), answered]);
  };
  receipts.shown(said(1));
  void receipts.flush();
  await done();

  receipts.shown(said(1));
  let isOver = false;
  const flushed = receipts.flush().then(() => {
    isOver = true;
  });
  await done();
  assert.equal(isOver, false);

  arrive();
  await flushed;
  assert.equal(chat.readTo, 1);
});
