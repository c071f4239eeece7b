import { LIMITS } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { type Put, UploadList } from '../../src/uploadList.js';

/** A store that ends an upload when it is told to. */
class Store {
  readonly ends: { settle: () => void; refuse: () => void; told: (share: number) => void; signal: AbortSignal }[] = [];
  put: Put = (_path, _file, told, signal) =>
    new Promise((resolve, reject) => {
      this.ends.push({ settle: resolve, refuse: () => reject(new Error('refused')), told, signal });
    });
}

function listOn(store: Store): UploadList {
  let paths = 0;
  return new UploadList(store.put, () => {
    paths += 1;
    return `attachments/${paths}`;
  });
}

const file = (name: string, size = 3): File => Object.defineProperty(new File(['abc'], name), 'size', { value: size });
const states = (list: UploadList): string[] => list.snapshot().map(({ state }) => state);
const microtasks = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

describe('files that go with a message', () => {
  it('are handed over once they are uploaded, and the list begins anew', async () => {
    const store = new Store();
    const list = listOn(store);
    list.add([file('one.txt')]);
    store.ends[0]?.told(0.5);
    expect(list.snapshot()[0]?.share).toBe(0.5);
    store.ends[0]?.settle();
    await microtasks();
    expect(list.take()).toEqual([
      { path: 'attachments/1', contentType: 'application/octet-stream', size: 3, name: 'one.txt' },
    ]);
    expect(list.snapshot()).toEqual([]);
  });

  it('are not even begun above the limit of their size', () => {
    const store = new Store();
    const list = listOn(store);
    list.add([file('film.mov', LIMITS.ATTACHMENT_BYTES + 1), file('least.mov', LIMITS.ATTACHMENT_BYTES)]);
    expect(states(list)).toEqual(['tooLarge', 'uploading']);
    expect(store.ends.length).toBe(1);
  });

  it('are at most as many as a message may have', () => {
    const list = listOn(new Store());
    list.add(Array.from({ length: LIMITS.ATTACHMENTS + 3 }, (_, index) => file(`${index}.txt`)));
    expect(list.snapshot().length).toBe(LIMITS.ATTACHMENTS);
    list.add([file('more.txt')]);
    expect(list.snapshot().length).toBe(LIMITS.ATTACHMENTS);
  });

  it('have the end of a name that is too long, with its kind', () => {
    const list = listOn(new Store());
    list.add([file(`${'n'.repeat(LIMITS.ATTACHMENT_NAME)}.pdf`)]);
    const name = list.snapshot()[0]?.name ?? '';
    expect([name.length, name.slice(-4)]).toEqual([LIMITS.ATTACHMENT_NAME, '.pdf']);
  });

  it('can be tried again after a failure', async () => {
    const store = new Store();
    const list = listOn(store);
    list.add([file('one.txt')]);
    store.ends[0]?.refuse();
    await microtasks();
    expect(states(list)).toEqual(['failed']);
    list.retry(list.snapshot()[0]?.id ?? '');
    expect(states(list)).toEqual(['uploading']);
    store.ends[1]?.settle();
    await microtasks();
    expect(states(list)).toEqual(['uploaded']);
  });

  it('are given up when they are removed, or nobody sees them any more', () => {
    const store = new Store();
    const list = listOn(store);
    list.add([file('one.txt'), file('two.txt')]);
    list.remove(list.snapshot()[0]?.id ?? '');
    list.close();
    expect(store.ends.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  it('come back before the others when their message was taken back', async () => {
    const store = new Store();
    const list = listOn(store);
    list.add([file('one.txt')]);
    store.ends[0]?.settle();
    await microtasks();
    const taken = list.take();
    list.add([file('two.txt')]);
    list.restore(taken);
    expect(list.snapshot().map(({ name, state }) => [name, state])).toEqual([
      ['one.txt', 'uploaded'],
      ['two.txt', 'uploading'],
    ]);
  });
});
