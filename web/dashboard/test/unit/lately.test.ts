import { expect, it } from 'vitest';
import { Lately } from '../../src/lately.js';

it('forgets the entry that was used longest ago when there are too many', () => {
  const names = new Lately<string, string>(2);
  names.set('ann', 'Ann');
  names.set('ben', 'Ben');
  expect(names.get('ann')).toBe('Ann');

  names.set('cem', 'Cem');

  expect(names.get('ben')).toBeUndefined();
  expect([names.get('ann'), names.get('cem'), names.size]).toEqual(['Ann', 'Cem', 2]);
});

it('holds a new value in place of the old one, and nothing of what was deleted', () => {
  const names = new Lately<string, string>(2);
  names.set('ann', 'Ann');
  names.set('ann', 'Anna');
  names.set('ben', 'Ben');
  names.delete('ben');

  expect([names.get('ann'), names.get('ben'), names.size]).toEqual(['Anna', undefined, 1]);
});
