import assert from 'node:assert/strict';
import { test } from 'vitest';
import { ChatList } from '../../src/chatList.js';
import { ParleyError } from '../../src/errors.js';
import { OwnHorizons } from '../../src/horizons.js';
import { Receipts } from '../../src/receipts.js';
import { ANN, CHAT, done, MINUTE, newest, OneChat, ROW, said } from './oneChat.js';
import { at } from './times.js';

/** A list on the screen, and a way to the chat. */
class Screen {
  readonly chat = new OneChat();
  private readonly horizons = new OwnHorizons(this.chat.connection);

  constructor() {
    this.chat.row({
      serviceId: 'default',
      kind: 'direct',
      updatedAt: at(1),
      messageCount: 1,
      readCount: 1,
      ...newest(1),
    });
  }

  list(): ChatList {
    return new ChatList(this.chat.connection, this.horizons, ANN, 10);
  }

  open(): Receipts {
    return new Receipts(this.chat.connection, CHAT, ANN, this.horizons.of(CHAT, ANN));
  }

  /** See the message of a time while the row has not heard of it. */
  async look(seconds: number): Promise<void> {
    const receipts = this.open();
    await receipts.ready;
    receipts.shown(said(seconds));
    await receipts.close();
    assert.deepEqual([this.chat.readTo, this.chat.rowsWritten.length], [seconds, 0]);
  }
}

const unread = ({ value }: ChatList): number | undefined => value?.chats[0]?.unread;

test('a row that catches up after its chat was closed is read, by one write and no read', async () => {
  const screen = new Screen();
  const { chat } = screen;
  const list = screen.list();
  await screen.look(2);
  const { reads } = chat;

  chat.row({ messageCount: 2, ...newest(2) });
  await chat.wait(MINUTE);

  assert.equal(unread(list), 0);
  assert.deepEqual([chat.rowsWritten, chat.reads], [[{ readCount: 2 }], reads]);
});

test('so is one that caught up while no list was on the screen', async () => {
  const screen = new Screen();
  const { chat } = screen;
  await screen.look(2);
  chat.row({ messageCount: 2, ...newest(2) });

  const list = screen.list();
  await chat.wait(MINUTE);

  assert.deepEqual([unread(list), chat.rowsWritten], [0, [{ readCount: 2 }]]);
});

test('so is one that catches up while it is still looked up where the receipt stands', async () => {
  const screen = new Screen();
  const { chat } = screen;
  const [list, receipts] = [screen.list(), screen.open()];
  await receipts.ready;
  receipts.shown(said(2));

  const closed = receipts.close();
  chat.row({ messageCount: 2, ...newest(2) });
  await closed;
  await chat.wait(MINUTE);

  assert.deepEqual([unread(list), chat.rowsWritten], [0, [{ readCount: 2 }]]);
});

test('what came after it stays unread, and so does what was marked', async () => {
  const screen = new Screen();
  const { chat } = screen;
  const list = screen.list();
  await screen.look(2);

  chat.row({ messageCount: 3, markedUnread: true, ...newest(3) });
  await chat.wait(MINUTE);

  assert.equal(unread(list), 2);
  assert.equal(list.value?.chats[0]?.markedUnread, true);
  assert.deepEqual(chat.rowsWritten, []);
});

test('with the chat on the screen as well, a row that catches up is written once', async () => {
  const screen = new Screen();
  const { chat } = screen;
  const [list, receipts] = [screen.list(), screen.open()];
  await receipts.ready;
  receipts.shown(said(2));
  await receipts.flush();

  for (const count of [2, 3]) {
    receipts.shown(said(count));
    chat.row({ messageCount: count, ...newest(count) });
    await chat.wait(MINUTE);
    assert.deepEqual([unread(list), chat.rowsWritten.length], [0, count - 1]);
  }

  // The second message was confirmed with its row, as ever.
  assert.deepEqual(Object.keys(chat.written.at(-1) ?? {}).length, 2);
});

test('a case that comes back into the list with a new count is read by that', async () => {
  const screen = new Screen();
  const { chat } = screen;
  const list = screen.list();
  await screen.look(4);
  for (const messageCount of [3, 3, 1]) {
    chat.row({ messageCount, readCount: 0, ...newest(4) });
    await chat.wait(MINUTE);
    assert.deepEqual([unread(list), chat.rowsWritten.at(-1)], [0, { readCount: messageCount }]);
    chat.noRow();
    chat.stored[ROW] = { serviceId: 'acme', kind: 'case', updatedAt: at(1) };
  }
  assert.equal(chat.rowsWritten.length, 3);
});

test('a row that may not be written is asked for once', async () => {
  const screen = new Screen();
  const { chat } = screen;
  const list = screen.list();
  await screen.look(2);
  chat.failure = new ParleyError({ act: 'count', reason: 'refused' });

  chat.row({ messageCount: 2, ...newest(2) });
  await chat.wait(10 * MINUTE);

  assert.deepEqual([unread(list), chat.refused], [1, 1]);
});

test('a list that leaves the screen writes what waits', async () => {
  const screen = new Screen();
  const { chat } = screen;
  const list = screen.list();
  await screen.look(2);

  chat.row({ messageCount: 2, ...newest(2) });
  list.close();
  await done();

  assert.deepEqual(chat.rowsWritten, [{ readCount: 2 }]);
});
