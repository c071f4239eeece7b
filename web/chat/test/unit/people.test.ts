import { sizeText } from 'parley-screen/sizes.js';
import { describe, expect, it } from 'vitest';
import { givable, isAbove, mayManage } from '../../src/people/roles.js';
import { shownOf } from '../../src/push/shown.js';

describe('roles of a group', () => {
  it('act on those below them alone', () => {
    expect(isAbove('owner', 'admin')).toBe(true);
    expect(isAbove('admin', 'admin')).toBe(false);
    expect(isAbove(undefined, 'member')).toBe(false);
  });

  it('give roles below their own to those below them', () => {
    expect(givable('owner', 'member')).toEqual(['admin']);
    expect(givable('owner', 'admin')).toEqual(['member']);
    expect(givable('admin', 'member')).toEqual([]);
    expect(givable('admin', 'owner')).toEqual([]);
  });

  it('let owners and admins add people', () => {
    expect([mayManage('owner'), mayManage('admin'), mayManage('member'), mayManage(undefined)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a push', () => {
  const pushed = { notification: { title: 'Ann', body: 'Hi' }, data: { chatId: 'ann:ben' } };

  it('leads to its chat, and takes the place of an earlier one of its tag', () => {
    const data = { chatId: 'ann:ben', path: '/chat/chats/ann%3Aben' };
    expect(shownOf(pushed)).toEqual({ title: 'Ann', body: 'Hi', tag: 'ann:ben', silent: false, data });
    expect(shownOf({ ...pushed, webpush: { notification: { tag: 'other' } } })?.tag).toBe('other');
  });

  it('has its tag, and comes without a sound, as a browser gets it from FCM', () => {
    const notification = { ...pushed.notification, tag: 'first', silent: true };
    expect(shownOf({ ...pushed, notification })).toMatchObject({ title: 'Ann', tag: 'first', silent: true });
  });

  it('that says nothing, or is of no chat, is not shown', () => {
    expect(shownOf({ data: { chatId: 'ann:ben' } })).toBeUndefined();
    expect(shownOf({ notification: { title: 'Ann' } })).toBeUndefined();
  });
});

describe('the size of a file', () => {
  it('is told in the unit that fits', () => {
    expect([0, 999, 1_000, 25_400, 26_214_400].map(sizeText)).toEqual(['0 B', '999 B', '1.0 kB', '25 kB', '26 MB']);
  });
});
