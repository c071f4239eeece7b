import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'vitest';
import { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { ANN, CHAT, done, MINUTE, newest, OneChat, PACE, RECEIPT, ROW, reading, said } from './oneChat.js';
import { at } from './times.js';

const refused = (): ParleyError => new ParleyError({ act: 'confirm', reason: 'refused' });
const offline = (): ParleyError => new ParleyError({ act: 'read', reason: 'unavailable', code: 'unavailable' });

test('what was read offline is written when the server is there again, however often one looked', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  chat.failure = offline();
  chat.row({ messageCount: 1, readCount: 0, markedUnread: true, ...newest(1) });
  let isWritten = false;
  for (let looks = 0; looks < 3; looks += 1) {
    receipts.shown(said(1));
    void receipts.flush().then(() => {
      isWritten = true;
    });
    await chat.wait(MINUTE);
  }
  assert.deepEqual([chat.written.length, isWritten], [0, false]);

  chat.failure = undefined;
  await chat.wait(MINUTE);

  assert.equal(chat.readTo, 1);
  assert.deepEqual(chat.rowsWritten, [{ readCount: 1, markedUnread: false }]);
  assert.deepEqual([chat.written.length, isWritten], [1, true]);
});

test('where another device was ahead, it is learned how far', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  receipts.shown(said(1));
  await receipts.flush();
  await chat.wait(PACE);
  chat.stored[RECEIPT] = { readTo: at(9), deliveredTo: at(9) };
  chat.failure = refused();
  receipts.shown(said(5));
  const flushed = receipts.flush();
  await done();

  chat.failure = undefined;
  await chat.wait(MINUTE);
  await flushed;

  assert.deepEqual([chat.readTo, chat.refused, chat.written.length], [9, 1, 1]);
});

test('a mark that could not be taken away is taken away by the next try', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 1, markedUnread: true, ...newest(1) });
  const receipts = await reading(chat);
  chat.failure = refused();
  receipts.shown(said(1));
  const flushed = receipts.flush();
  await done();

  chat.failure = undefined;
  await chat.wait(MINUTE);
  await flushed;

  assert.equal(chat.stored[ROW]?.markedUnread, false);
});

test('a mark that one sets while an older one is on its way to be taken away stays until the next look', async () => {
  for (const failure of [refused(), undefined]) {
    const chat = new OneChat();
    chat.row({ messageCount: 1, readCount: 1, markedUnread: true, ...newest(1) });
    const horizons = new OwnHorizons(chat.connection);
    const receipts = await reading(chat, horizons);
    chat.failure = failure;
    receipts.shown(said(1));
    const flushed = receipts.flush();

    // Of the new mark the row has yet to tell.
    await setImmediate();
    horizons.of(CHAT, ANN).mark(true);
    await done();
    chat.failure = undefined;
    await chat.wait(MINUTE);
    await flushed;
    const cleared = failure ? 0 : 1;
    assert.equal(chat.rowsWritten.length, cleared);

    receipts.shown(said(1));
    await receipts.flush();
    assert.deepEqual([chat.rowsWritten.length, chat.rowsWritten.at(-1)], [cleared + 1, { markedUnread: false }]);
  }
});

test('what is refused is tried three times, and again when something is shown', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 0, ...newest(1) });
  const receipts = await reading(chat);
  chat.failure = refused();
  for (const tries of [3, 6]) {
    receipts.shown(said(1));
    const flushed = assert.rejects(receipts.flush(), { reason: 'refused' });
    await chat.wait(MINUTE);
    await flushed;
    assert.equal(chat.refused, tries);
  }

  chat.failure = undefined;
  receipts.shown(said(1));
  await receipts.flush();
  assert.deepEqual([chat.readTo, chat.rowsWritten.length], [1, 1]);
});

test('what was seen offline in a chat that left the screen is written once the server is there', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  chat.failure = offline();
  receipts.shown(said(1));
  const closed = receipts.close();
  await chat.wait(2 * MINUTE);
  assert.equal(chat.written.length, 0);

  chat.failure = undefined;
  await chat.wait(MINUTE);
  await closed;

  assert.equal(chat.readTo, 1);
});

test('whoever signs out offline tries a few times more, and takes nothing new', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  let tries = 0;
  chat.get = () => {
    tries += 1;
    return Promise.reject(offline());
  };
  receipts.shown(said(1));
  const flushed = assert.rejects(receipts.flush(), { reason: 'unavailable' });
  await done();

  const closed = receipts.close();
  chat.isClosed = true;
  receipts.shown(said(2));
  await chat.wait(MINUTE);
  await Promise.all([closed, flushed]);

  assert.equal(tries, 4);
  await chat.wait(10 * MINUTE);
  assert.equal(tries, 4);
});

test('a chat that leaves the screen between two tries is written as soon as the server is there', async () => {
  const chat = new OneChat();
  const receipts = await reading(chat);
  chat.failure = offline();
  receipts.shown(said(1));
  void receipts.flush();
  await done();

  chat.failure = undefined;
  await receipts.close();

  assert.equal(chat.readTo, 1);
});

test('a row that is gone when its chat leaves the screen does not keep the receipt from being written', async () => {
  const isGone = new ParleyError({ act: 'confirm', reason: 'internal', code: 'not-found' });
  // A refusal does not say that it is gone: only the last try goes without the row.
  for (const { failure, expected } of [
    { failure: refused(), expected: 3 },
    { failure: isGone, expected: 2 },
  ]) {
    const chat = new OneChat();
    chat.row({ messageCount: 1, readCount: 0, ...newest(1) });
    const receipts = await reading(chat);
    const { settle } = chat;
    let tries = 0;
    chat.settle = async (act, add) => {
      tries += 1;
      await settle.call(chat, act, (batch) =>
        add({
          ...batch,
          update: () => {
            throw failure;
          },
        }),
      );
    };
    receipts.shown(said(1));

    const closed = receipts.close();
    await chat.wait(MINUTE);
    await closed;

    assert.deepEqual([chat.written.map((each) => Object.keys(each)), tries], [[[RECEIPT]], expected]);
  }
});

test('a chat that leaves the screen takes a mark away that was looked at, though another device was ahead', async () => {
  const chat = new OneChat();
  chat.row({ messageCount: 1, readCount: 1, ...newest(1) });
  const receipts = await reading(chat);
  receipts.shown(said(1));
  await receipts.flush();
  await chat.wait(PACE);
  chat.stored[RECEIPT] = { readTo: at(9), deliveredTo: at(9) };
  chat.row({ markedUnread: true });
  chat.failure = refused();
  receipts.shown(said(5));

  const closed = receipts.close();
  await done();
  chat.failure = undefined;
  await chat.wait(MINUTE);
  await closed;

  assert.deepEqual([chat.refused, chat.readTo, chat.rowsWritten], [1, 9, [{ markedUnread: false }]]);
});
