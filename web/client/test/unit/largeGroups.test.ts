import assert from 'node:assert/strict';
import type { DocumentData, QueryConstraint } from 'firebase/firestore';
import { test } from 'vitest';
import type { Timestamp } from '../../../../schema/exported/parley.js';
import { ChatList } from '../../src/chatList.js';
import type { Connection } from '../../src/connection.js';
import { OwnHorizons } from '../../src/horizons.js';
import { LargeGroups } from '../../src/largeGroups.js';
import { HandClock } from './handClock.js';
import { at } from './times.js';
import { stored as storedAs, ToldConnection } from './toldConnection.js';

const [CHAT, RECEIPT, MEMBER] = ['chats/town', 'chatReadReceipts/town/members/ann', 'chats/town/members/ann'];

/** A group in which somebody says something each second, as its server would count that. */
class Town {
  readonly clock = new HandClock();
  /** Who spoke, from the first second on. */
  said: string[] = Array(9).fill('bob');
  isOffline = false;
  reads = 0;
  /** The rows of whoever lists it. */
  readonly rows = new ToldConnection();
  readonly watch = this.rows.watch.bind(this.rows);
  private readonly listening = new Map<string, (data: DocumentData | undefined) => void>();

  constructor(private readonly stored: Record<string, DocumentData>) {}

  get connection(): Connection {
    return this as unknown as Connection;
  }

  /** The documents that are listened to. */
  get paths(): string[] {
    return [...this.listening.keys()];
  }

  watchDocument(path: string, next: (data: DocumentData | undefined) => void): () => void {
    this.listening.set(path, next);
    next(this.stored[path]);
    return () => void this.listening.delete(path);
  }

  async getFromServer(path: string): Promise<DocumentData | undefined> {
    if (this.isOffline) throw new Error('offline');
    this.reads += 1;
    return this.stored[path];
  }

  async count(_path: string, ...constraints: QueryConstraint[]): Promise<number> {
    if (this.isOffline) throw new Error('offline');
    this.reads += 1;
    const { senderId: others, createdAt } = compared(constraints);
    const since = createdAt?.value as Timestamp | undefined;
    assert.deepEqual([others?.operator, createdAt?.operator ?? '>'], ['not-in', '>']);
    return this.said.filter(
      (speaker, n) => n + 1 > (since?.seconds ?? 0) && !(others?.value as string[] | undefined)?.includes(speaker),
    ).length;
  }

  /** Something was said. */
  tell(): void {
    this.listening.get(CHAT)?.(this.stored[CHAT]);
  }
}

/** What a query asks of fields, by their names. */
function compared(constraints: QueryConstraint[]): Record<string, { operator: string; value: unknown }> {
  const filters = constraints as unknown as { _field: { toString(): string }; _op?: string; _value: unknown }[];
  return Object.fromEntries(
    filters.flatMap(({ _field, _op, _value }) => (_op ? [[`${_field}`, { operator: _op, value: _value }]] : [])),
  );
}

function followed(
  stored: Record<string, DocumentData>,
  memberId = 'ann',
): { town: Town; unread: () => Promise<number | undefined> } {
  const town = new Town({ [CHAT]: { title: 'Town' }, ...stored });
  const groups = new LargeGroups(town.connection, memberId, () => undefined);
  groups.follow(['town']);
  const unread = async (): Promise<number | undefined> => {
    town.clock.move(5_000);
    await new Promise(setImmediate);
    return groups.get('town')?.unread;
  };
  return { town, unread };
}

test('whoever comes back to a large group is not shown what was said while away', async () => {
  const { unread } = followed({ [RECEIPT]: { readTo: at(2) }, [MEMBER]: { joinedAt: at(6) } });

  assert.equal(await unread(), 3);
});

test('what was read since one joined counts no more', async () => {
  const { town, unread } = followed({ [RECEIPT]: { readTo: at(8) }, [MEMBER]: { joinedAt: at(6) } });

  assert.equal(await unread(), 1);
  town.said.push('bob');
  town.tell();
  assert.equal(await unread(), 2);
  assert.equal(town.reads, 3, 'the member once, and two counts');
});

test('whoever has read nothing yet has to read what was said since they joined', async () => {
  for (const receipt of [{}, { [RECEIPT]: { readTo: at(0) } }]) {
    const { unread } = followed({ ...receipt, [MEMBER]: { joinedAt: at(6) } });

    assert.equal(await unread(), 3);
  }
});

test('nobody has to read what the system told or what they said themselves, be it a dashboard', async () => {
  for (const self of ['ann', 'service:acme']) {
    const { town, unread } = followed({}, self);
    town.said = ['system', self, 'system', 'bob', self, 'system'];

    assert.equal(await unread(), 1);
    town.said.push('system', self);
    town.tell();
    assert.equal(await unread(), 1);
  }
});

test('a large group is counted once the network is back, though the first look was in vain', async () => {
  const { town, unread } = followed({ [MEMBER]: { joinedAt: at(6) } });
  town.isOffline = true;
  assert.equal(await unread(), 0);

  town.isOffline = false;
  town.tell();

  assert.equal(await unread(), 3);
});

test('a count that is answered once its group is followed no more is not told, though it is followed anew', async () => {
  for (const then of [[], ['town']]) {
    const town = new Town({ [CHAT]: { title: 'Town' } });
    let told = 0;
    const groups = new LargeGroups(town.connection, 'ann', () => {
      told += 1;
    });
    groups.follow(['town']);
    town.clock.move(500);

    for (const chatIds of [[], then]) groups.follow(chatIds);
    const before = told;
    await new Promise(setImmediate);

    assert.equal(told, before);
  }
});

test('a list that is closed listens to nothing anew, whatever was on its way to it', async () => {
  const town = new Town({ [CHAT]: { title: 'Town' } });
  const list = new ChatList(town.connection, new OwnHorizons(town.connection), 'ann', 10);
  const docs = [storedAs('town', { large: true, updatedAt: at(1), messageCount: 1, readCount: 0 })];
  town.rows.tell(0, docs);
  assert.deepEqual(town.paths, [CHAT, RECEIPT]);
  town.clock.move(500);

  list.close();
  await new Promise(setImmediate);
  town.rows.listeners[0]?.hear({ docs, isFromCache: false });

  assert.deepEqual([town.paths, town.rows.places], [[], []]);
});
