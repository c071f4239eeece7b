import { expect, it } from 'vitest';
import { heldNote, holdNote } from '../../../src/inbox/composer/heldNotes.js';

it('a note that was begun is there again in its own case, for its own author, until it is saved', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  };
  holdNote(storage, 'sam', 'ann:service:acme', 'Asked twice');
  expect(heldNote(storage, 'sam', 'ann:service:acme')).toBe('Asked twice');
  expect(heldNote(storage, 'sam', 'ben:service:acme')).toBe('');
  expect(heldNote(storage, 'tia', 'ann:service:acme')).toBe('');
  holdNote(storage, 'sam', 'ann:service:acme', '');
  expect(kept.size).toBe(0);
});
