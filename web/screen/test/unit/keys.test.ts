// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { isTyping, keyOf, shownKey } from '../../src/commands/keys.js';

function pressed(key: string, held: Partial<KeyboardEvent> = {}) {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

describe('the name of a key', () => {
  it('is a small letter alone, and a capital with what is held', () => {
    expect(keyOf(pressed('e'))).toBe('e');
    expect(keyOf(pressed('E', { shiftKey: true }))).toBe('Shift+E');
    expect(keyOf(pressed('k', { ctrlKey: true }))).toBe('Mod+K');
    expect(keyOf(pressed('k', { metaKey: true }))).toBe('Mod+K');
  });

  it('is the sign, also where Shift is held to type it', () => {
    expect(keyOf(pressed('?', { shiftKey: true }))).toBe('?');
    expect(keyOf(pressed('/'))).toBe('/');
  });

  it('is the Latin letter on the key of an Arabic keyboard', () => {
    expect(keyOf(pressed('ث', { code: 'KeyE' }))).toBe('e');
  });

  it('is none while only a modifier is held', () => {
    expect(keyOf(pressed('Shift', { shiftKey: true }))).toBeUndefined();
  });

  it('is shown part by part', () => {
    expect(shownKey('Shift+E')).toEqual(['Shift', 'E']);
    expect(shownKey('ArrowDown')).toEqual(['↓']);
    expect(shownKey('+')).toEqual(['+']);
  });
});

describe('single letters', () => {
  it('are text in a field and in a list to choose from, and commands elsewhere', () => {
    document.body.innerHTML = '<input><div role="menu"><button></button></div><p></p>';
    expect(isTyping(document.querySelector('input'), 'e')).toBe(true);
    expect(isTyping(document.querySelector('button'), 'e')).toBe(true);
    expect(isTyping(document.querySelector('p'), 'e')).toBe(false);
  });

  it('are commands in a field with Ctrl', () => {
    document.body.innerHTML = '<input>';
    expect(isTyping(document.querySelector('input'), 'Mod+K')).toBe(false);
  });
});
