import type { SavedView } from 'parley-client';
import { describe, expect, it } from 'vitest';
import {
  mayChange,
  mayRemove,
  moved,
  ordered,
  rememberedOrder,
  rememberOrder,
} from '../../../src/inbox/views/savedViews.js';

const view = (fields: Partial<SavedView>): SavedView => ({ name: 'VIPs', createdBy: 'ada', ...fields }) as SavedView;

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  };
}

describe('the order of saved views', () => {
  const views = new Map([
    ['c', view({ name: 'Group 10' })],
    ['a', view({ name: 'group 9' })],
    ['b', view({ name: 'Acme' })],
  ]);

  it('is by name, as people count, until one is moved', () => {
    expect([...ordered(views, []).keys()]).toEqual(['b', 'a', 'c']);
  });

  it('is by hand afterwards; a new view comes after those that were moved, and one that is gone leaves no gap', () => {
    expect([...ordered(views, ['c', 'gone', 'a']).keys()]).toEqual(['c', 'a', 'b']);
  });

  it('changes by one place, and not beyond an end', () => {
    expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a'], 'x', 1)).toEqual(['a']);
  });

  it('is remembered for each service, and what is not an order is none', () => {
    const kept = storage();
    rememberOrder(kept, 'acme', ['b', 'a']);
    expect(rememberedOrder(kept, 'acme')).toEqual(['b', 'a']);
    expect(rememberedOrder(kept, 'other')).toEqual([]);
    expect(rememberedOrder({ getItem: () => '{' }, 'acme')).toEqual([]);
    expect(rememberedOrder({ getItem: () => '[1, "a"]' }, 'acme')).toEqual(['a']);
  });
});

describe('the right to change a saved view, as the rules see it', () => {
  it('is of its author while it is not shared', () => {
    expect(mayChange(view({}), 'ada', 'agent')).toBe(true);
    expect(mayChange(view({}), 'bea', 'owner')).toBe(false);
    expect(mayChange(view({}), 'ada', 'viewer')).toBe(false);
  });

  it('is of owners and admins once it is shared; its author may still remove it', () => {
    const shared = view({ sharedWith: ['agent'] });
    expect(mayChange(shared, 'bea', 'admin')).toBe(true);
    expect(mayChange(shared, 'ada', 'agent')).toBe(false);
    expect(mayRemove(shared, 'ada', 'agent')).toBe(true);
    expect(mayRemove(shared, 'bea', 'agent')).toBe(false);
  });
});
