/** The filter builder's query as a FILTER, and back. */
import type { Filter } from 'parley-client';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  emptyQuery,
  fieldsOf,
  filterOf,
  operatorsOf,
  type Query,
  queryOf,
  typeOf,
  UnfinishedFilter,
  uidsOf,
} from '../../src/campaigns/filters.js';

const when = (field: string, operator: string, type: Condition['value']['type'], ...texts: string[]): Condition => ({
  field,
  operator,
  value: { type, texts },
});
const all = (...rules: Query['rules']): Query => ({ combinator: 'and', rules });
const problemOf = (query: Query): string => {
  try {
    filterOf(query);
  } catch (error) {
    if (error instanceof UnfinishedFilter) return error.problem;
    throw error;
  }
  return 'none';
};

describe('a query as a FILTER', () => {
  it('leaves out a group around one condition', () => {
    expect(filterOf(all(when('attributes.plan', '==', 'text', 'pro')))).toEqual({
      field: 'attributes.plan',
      op: '==',
      value: 'pro',
    });
  });

  it('nests and, or and not', () => {
    const inner: Query = {
      combinator: 'or',
      not: true,
      rules: [when('locale', 'in', 'text', 'de', 'en'), when('tags', 'array-contains', 'text', 'vip')],
    };
    expect(filterOf(all(when('attributes.age', '>=', 'number', '18'), inner))).toEqual({
      and: [
        { field: 'attributes.age', op: '>=', value: 18 },
        {
          not: {
            or: [
              { field: 'locale', op: 'in', value: ['de', 'en'] },
              { field: 'tags', op: 'array-contains', value: 'vip' },
            ],
          },
        },
      ],
    });
  });

  it('drops empty groups, and says so when nothing is left', () => {
    const filter = filterOf(all(emptyQuery, when('attributes.vip', 'exists', 'flag', 'true')));
    expect(filter).toEqual({ field: 'attributes.vip', op: 'exists', value: true });
    expect(problemOf(all(emptyQuery))).toBe('empty');
  });

  it('sends a number as a number and a text of digits as a text', () => {
    expect(filterOf(all(when('attributes.code', '==', 'text', '007')))).toMatchObject({ value: '007' });
    expect(filterOf(all(when('attributes.code', '==', 'number', '007')))).toMatchObject({ value: 7 });
  });

  it('sends a time in UTC', () => {
    const filter = filterOf(all(when('lastSeenAt', '<', 'time', '2026-12-01T10:00')));
    expect(filter).toMatchObject({ value: new Date('2026-12-01T10:00').toISOString() });
  });

  it.each([
    [when('', '==', 'text', 'x'), 'field'],
    [when('attributes.', '==', 'text', 'x'), 'field'],
    [when('phone', '==', 'text', 'x'), 'field'],
    [when('attributes.a', '==', 'text', ''), 'value'],
    [when('attributes.a', 'in', 'text'), 'value'],
    [when('attributes.a', '==', 'number', 'ten'), 'number'],
    [when('attributes.a', '==', 'number', ' '), 'number'],
    [when('attributes.a', '==', 'number', '6304123456789012345'), 'digits'],
    [when('createdAt', '<', 'time', ''), 'time'],
    [when('attributes.a', 'in', 'text', ...Array.from({ length: 31 }, String)), 'tooManyValues'],
  ])('names what is unfinished in %j', (condition, problem) => {
    expect(problemOf(all(condition))).toBe(problem);
  });

  it('names the limits of depth and of conditions', () => {
    const one = when('attributes.a', '==', 'text', 'x');
    const nest = (depth: number): Query => (depth === 0 ? all(one, one) : all(nest(depth - 1), one));
    expect(problemOf(nest(3))).toBe('none');
    expect(problemOf(nest(4))).toBe('tooDeep');
    expect(problemOf(all(...Array.from({ length: 50 }, () => one)))).toBe('none');
    expect(problemOf(all(...Array.from({ length: 51 }, () => one)))).toBe('tooMany');
  });
});

describe('a FILTER in the builder', () => {
  const filters: Filter[] = [
    { field: 'attributes.plan', op: '==', value: 'pro' },
    { and: [{ field: 'attributes.age', op: '>', value: 3 }, { not: { field: 'tags', op: 'exists', value: true } }] },
    {
      or: [
        { field: 'locale', op: 'not-in', value: ['de', 'fr'] },
        { field: 'attributes.vip', op: '!=', value: false },
      ],
    },
    { not: { not: { field: 'timeZone', op: '==', value: 'Europe/Berlin' } } },
    { field: 'createdAt', op: '<', value: '2026-12-01T10:00:00.000Z' } as unknown as Filter,
  ];
  it.each(filters.map((filter) => [filter]))('shows %j such that it comes back the same', (filter) => {
    expect(filterOf(queryOf(filter))).toEqual(filter);
  });
});

describe('fields and their values', () => {
  it('knows attributes by what people have, also in maps', () => {
    expect(
      fieldsOf([
        { attributes: { plan: 'pro', age: 3 } },
        { attributes: { vip: true, home: { city: 'Ulm' }, none: null } },
        {},
      ]),
    ).toEqual({
      'attributes.plan': 'text',
      'attributes.age': 'number',
      'attributes.vip': 'flag',
      'attributes.home.city': 'text',
      'attributes.none': 'text',
    });
  });

  it('takes the type of a value from the operator, the field, then what people have', () => {
    expect(typeOf('attributes.age', 'exists', { 'attributes.age': 'number' })).toBe('flag');
    expect(typeOf('createdAt', '<')).toBe('time');
    expect(typeOf('attributes.age', '<', { 'attributes.age': 'number' })).toBe('number');
    expect(typeOf('attributes.new', '<')).toBe('text');
    expect(operatorsOf('tags')).not.toContain('<');
  });

  it('reads pasted uids once each and names what can be none', () => {
    expect(uidsOf('ann, bob;ann\n cy:1 service')).toEqual({ uids: ['ann', 'bob'], wrong: ['cy:1', 'service'] });
  });
});
