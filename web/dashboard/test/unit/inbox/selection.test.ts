import { describe, expect, it } from 'vitest';
import { ALL, isChosen, NONE, toggled } from '../../../src/inbox/list/selection.js';

const CASES = ['a', 'b', 'c'];
const chosenOf = (chosen: typeof NONE): string[] => CASES.filter((each) => isChosen(chosen, each));

describe('cases chosen by hand', () => {
  it('are those that were ticked, until they are unticked', () => {
    const two = toggled(toggled(NONE, 'a'), 'b');
    expect(chosenOf(two)).toEqual(['a', 'b']);
    expect(chosenOf(toggled(two, 'a'))).toEqual(['b']);
  });
});

describe('all that match', () => {
  it('are chosen, also those that nobody has seen', () => {
    expect(chosenOf(ALL)).toEqual(CASES);
  });

  it('leave out the one that is unticked, and it alone', () => {
    const spared = toggled(ALL, 'b');
    expect(spared.isAll).toBe(true);
    expect([...spared.apart]).toEqual(['b']);
    expect(chosenOf(spared)).toEqual(['a', 'c']);
  });

  it('take it in again when it is ticked again', () => {
    expect(chosenOf(toggled(toggled(ALL, 'b'), 'b'))).toEqual(CASES);
  });
});
