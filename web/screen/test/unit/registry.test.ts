import { describe, expect, it } from 'vitest';
import { byGroup, Registry } from '../../src/commands/registry.js';

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

function named(id: string, ran: string[], key?: string) {
  return { id, text: id, run: () => void ran.push(id), ...(key !== undefined && { key }) };
}

function listed(id: string, key: string, pages?: string[]) {
  return { id, text: () => id, group: () => 'a', key, ...(pages && { pages }) };
}

describe('commands', () => {
  it('run by their key while their page is shown', () => {
    const ran: string[] = [];
    const registry = new Registry(storage());
    const remove = registry.add([named('close', ran, 'e')]);
    expect(registry.press('e')).toBe(true);
    remove();
    expect(registry.press('e')).toBe(false);
    expect(ran).toEqual(['close']);
  });

  it('that are not shown have no key', () => {
    const registry = new Registry(storage());
    registry.add([{ ...named('close', [], 'e'), isShown: () => false }]);
    expect(registry.press('e')).toBe(false);
    expect(registry.shown()).toEqual([]);
  });

  it('keep the key that somebody gave them, on the next visit too', () => {
    const ran: string[] = [];
    const kept = storage();
    const registry = new Registry(kept);
    registry.add([named('close', ran, 'e')]);
    registry.setKey('close', 'x');
    const later = new Registry(kept);
    later.add([named('close', ran, 'e')]);
    expect(later.press('e')).toBe(false);
    expect(later.press('x')).toBe(true);
  });

  it('lose a key that is given to another', () => {
    const registry = new Registry(storage());
    registry.add([named('close', [], 'e'), named('snooze', [], 's')]);
    registry.setKey('snooze', 'e');
    expect(registry.known().map(({ id, key }) => [id, key])).toEqual([
      ['close', ''],
      ['snooze', 'e'],
    ]);
    registry.resetKeys();
    expect(registry.keyOf('close')).toBe('e');
  });

  it('can be given keys before their page is opened', () => {
    const ran: string[] = [];
    const registry = new Registry(storage());
    registry.list([listed('pause', 'p')]);
    expect(registry.known().map(({ id, key }) => [id, key])).toEqual([['pause', 'p']]);
    registry.setKey('pause', 'x');
    registry.add([named('pause', ran, 'p')]);
    expect([registry.press('p'), registry.press('x')]).toEqual([false, true]);
    expect(registry.known().length).toBe(1);
  });

  it('of pages that are never shown together may share a key', () => {
    const registry = new Registry(storage());
    registry.list([
      listed('uphold', 'u', ['reports']),
      listed('dismiss', 'd', ['reports']),
      listed('csv', 'd', ['campaign']),
    ]);
    registry.list([listed('dark', 'b')]);
    registry.setKey('uphold', 'd');
    expect(registry.known().map(({ id, key }) => [id, key])).toEqual([
      ['uphold', 'd'],
      ['dismiss', ''],
      ['csv', 'd'],
      ['dark', 'b'],
    ]);
    registry.setKey('dark', 'd');
    expect(['uphold', 'csv', 'dark'].map((id) => registry.keyOf(id))).toEqual(['', '', 'd']);
  });

  it('with a key of one’s own win over those that have it at first', () => {
    const ran: string[] = [];
    const registry = new Registry(storage());
    registry.add([named('close', ran, 'e')]);
    registry.setKey('close', 'l');
    registry.add([named('copy', ran, 'l')]);
    registry.press('l');
    expect(ran).toEqual(['close']);
  });

  it('of the newest page win over others with the same key', () => {
    const ran: string[] = [];
    const registry = new Registry(storage());
    registry.add([named('older', ran, 'e')]);
    registry.add([named('newer', ran, 'e')]);
    registry.press('e');
    expect(ran).toEqual(['newer']);
  });

  it('tell those who list them of each change', () => {
    const registry = new Registry(storage());
    const before = registry.snapshot();
    registry.add([named('close', [])]);
    expect(registry.snapshot()).not.toBe(before);
  });

  it('begin with no own keys if what was kept is broken', () => {
    const kept = storage();
    kept.setItem('parley.keys', '{"close":3');
    const registry = new Registry(kept);
    registry.add([named('close', [], 'e')]);
    expect(registry.keyOf('close')).toBe('e');
  });

  it('are listed under their groups', () => {
    expect(byGroup([{ group: 'a' }, { group: 'b' }, { group: 'a' }]).map(([name, all]) => [name, all.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
});
