import { describe, expect, it } from 'vitest';
import { parseQuery, queryOf } from '../../src/query.js';

describe('the query of an address', () => {
  it.each([
    '12345',
    '12345678901234567890',
    '12e45',
    '007',
    'true',
    'null',
    '{}',
    'ann',
    'a b&c=d',
    '"quoted"',
    'jörg',
  ])('names the person %s in a link as they are', (uid) => {
    expect(parseQuery(`?with=${encodeURIComponent(uid)}`)).toEqual({ with: uid });
    expect(parseQuery(queryOf({ with: uid }))).toEqual({ with: uid });
  });

  it('leaves out what is not set', () => {
    expect(queryOf({ with: undefined })).toBe('');
    expect(queryOf({ with: undefined, language: 'de' })).toBe('?language=de');
  });
});
