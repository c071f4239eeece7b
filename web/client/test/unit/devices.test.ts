import assert from 'node:assert/strict';
import type { DocumentData, FieldPath } from 'firebase/firestore';
import { test } from 'vitest';
import type { Batch } from '../../src/batches.js';
import type { Connection } from '../../src/connection.js';
import { Devices } from '../../src/devices.js';
import { ParleyError } from '../../src/errors.js';

const device = { token: 't', kind: 'fcmToken', platform: 'web' } as const;

type Looked = (batch: Batch, known: DocumentData | undefined) => void;

/** One person's document at a server, which refuses to update what is not there. */
class OneDocument {
  readonly uid = 'ann';
  stored: DocumentData | undefined;
  /** What somebody else does between the refusal and what comes next. */
  meanwhile: () => void = () => undefined;

  async write(_act: string, add: (batch: Batch) => void): Promise<void> {
    await Promise.resolve();
    this.commit(add);
  }

  /** Looks again if the document has changed since. */
  async writeAfterLook(_act: string, _path: string, add: Looked): Promise<void> {
    for (;;) {
      const known = this.stored;
      await Promise.resolve();
      if (known === this.stored) return this.commit((batch) => add(batch, known));
    }
  }

  async get(): Promise<DocumentData | undefined> {
    return this.stored;
  }

  async isThere(): Promise<boolean> {
    return this.stored !== undefined;
  }

  private commit(add: (batch: Batch) => void): void {
    let next = structuredClone(this.stored);
    const created = (): DocumentData => {
      next ??= {};
      return next;
    };
    add({
      set: (_path, data, only) => {
        if (only)
          put(
            created(),
            names(only),
            names(only).reduce((held, name) => held[name], data),
          );
        else next = data;
      },
      updateField: (_path, field, value) => put(next ?? this.refuse(), names(field), value),
      update: () => assert.fail(),
      remove: () => assert.fail(),
    });
    this.stored = next;
  }

  private refuse(): never {
    this.meanwhile();
    throw new ParleyError({ act: 'write', reason: 'refused' });
  }
}

function put(data: DocumentData, [field = '', key]: string[], value: unknown): void {
  const isDeleted = (value as { _methodName?: string })._methodName === 'deleteField';
  if (key !== undefined) data[field] ??= {};
  const [map, name] = key === undefined ? [data, field] : [data[field], key];
  if (isDeleted) delete map[name];
  else map[name] = value;
}

const names = (field: FieldPath): string[] =>
  (field as unknown as { _internalPath: { segments: string[] } })._internalPath.segments;

function devicesOf(ann: OneDocument): Devices {
  return new Devices(ann as unknown as Connection);
}

test('a device is registered and a chat muted at once, though neither was before', async () => {
  const ann = new OneDocument();
  const devices = devicesOf(ann);

  await Promise.all([devices.register('phone', device), devices.mute('g1'), devices.hearMentions('unlessMuted')]);

  assert.deepEqual(Object.keys(ann.stored?.devices), ['phone']);
  assert.deepEqual([ann.stored?.muted, ann.stored?.mentions], [{ g1: true }, 'unlessMuted']);
});

test('two devices that are registered at once are both kept', async () => {
  const ann = new OneDocument();

  await Promise.all(['phone', 'tablet'].map((id) => devicesOf(ann).register(id, device)));

  assert.deepEqual(Object.keys(ann.stored?.devices).sort(), ['phone', 'tablet']);
});

test('what another device set up after one was refused stays', async () => {
  const ann = new OneDocument();
  ann.meanwhile = () => {
    ann.stored = { devices: { tablet: device } };
  };

  await devicesOf(ann).mute('g1');

  assert.deepEqual(ann.stored, { devices: { tablet: device }, muted: { g1: true } });
});

test('of a mute too many is told how many there may be', async () => {
  const ann = new OneDocument();
  const muted = Object.fromEntries(Array.from({ length: 4_096 }, (_, n) => [`g${n}`, true]));
  ann.meanwhile = () => {
    ann.stored = { devices: {}, muted };
  };

  await assert.rejects(devicesOf(ann).mute('one-more'), ({ reason, fields }: ParleyError) => {
    assert.deepEqual([reason, fields[0]?.field, fields[0]?.limit], ['invalidArgument', 'chatId', 4_096]);
    return true;
  });
});

test('a mute is taken away though the document was made only after one was refused', async () => {
  const ann = new OneDocument();
  ann.meanwhile = () => {
    ann.stored = { devices: {}, muted: { g1: true } };
  };

  await devicesOf(ann).unmute('g1');

  assert.deepEqual(ann.stored, { devices: {}, muted: {} });
});

test('where nothing was set up there is nothing to take away', async () => {
  const ann = new OneDocument();

  await devicesOf(ann).unregister('phone');

  assert.equal(ann.stored, undefined);
});
