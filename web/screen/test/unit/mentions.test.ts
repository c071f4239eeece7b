import { describe, expect, it } from 'vitest';
import { begunMention, completed, matching, mentionsIn } from '../../src/mentions.js';

const PEOPLE = [
  { uid: 'ann', name: 'Ann Lee' },
  { uid: 'ben', name: 'Ben Vogt' },
  { uid: 'lea', name: 'Lea' },
];

describe('a mention', () => {
  it('begins at an @ that begins a word', () => {
    expect(begunMention('Hi @An', 6)).toEqual({ at: 3, begun: 'An' });
    expect(begunMention('@', 1)).toEqual({ at: 0, begun: '' });
    expect(begunMention('ann@example', 11)).toBeUndefined();
    expect(begunMention('Hi @An there', 6)).toEqual({ at: 3, begun: 'An' });
  });

  it('ends with the line', () => {
    expect(begunMention('@Ann\nhello', 10)).toBeUndefined();
  });

  it('offers those one of whose names begins so', () => {
    expect(matching(PEOPLE, 'le').map(({ uid }) => uid)).toEqual(['ann', 'lea']);
    expect(matching(PEOPLE, 'nn')).toEqual([]);
  });

  it('is completed in its place', () => {
    expect(completed('Hi @An there', 3, 6, 'Ann Lee')).toEqual(['Hi @Ann Lee  there', 12]);
  });

  it('is sent only while the name stands there, and once', () => {
    const chosen = [...PEOPLE.slice(0, 2), ...PEOPLE.slice(0, 1)];
    expect(mentionsIn('@Ann Lee, come', chosen)).toEqual(['ann']);
  });
});
