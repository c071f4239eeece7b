/** When a draft is counted again: soon where it is cheap, seldom where each count reads a large audience. */
import { ParleyError } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { jobOf, newDraft } from '../../../src/campaigns/job.js';
import {
  type Asked,
  askedOf,
  failedWith,
  isCountedLater,
  LARGE,
  nextAsk,
  RESTED_MS,
  SETTLED_LARGE_MS,
  SETTLED_MS,
} from '../../../src/campaigns/previewPlan.js';

const of = (audience: string, text: string): Asked => ({ audience, text });
const counted = (audienceCount: number, at = of('all', 'a')) => ({ of: at, audienceCount });
const NOW = 1_000_000;
const refused = new ParleyError({ act: 'preview', reason: 'tooMany', code: 'resource-exhausted', retryAfter: 42 });
const lost = new ParleyError({ act: 'preview', reason: 'unavailable', code: 'unavailable' });
const invalid = new ParleyError({ act: 'preview', reason: 'invalidArgument', code: 'invalid-argument' });

describe('a draft is counted', () => {
  it('as soon as the typing stops, the first time and in a small audience', () => {
    expect(nextAsk(of('all', 'a'), {}, false, NOW)).toEqual({ what: 'all', afterMs: SETTLED_MS });
    const small = { counted: counted(LARGE), rendered: of('all', 'a') };
    expect(nextAsk(of('all', 'b'), small, false, NOW)).toEqual({ what: 'all', afterMs: SETTLED_MS });
  });

  it('for another text of a large audience by its three texts first, and wholly when the text rests', () => {
    const large = { counted: counted(LARGE + 1), rendered: of('all', 'a') };
    const draft = of('all', 'b');
    expect(nextAsk(draft, large, false, NOW)).toEqual({ what: 'texts', afterMs: SETTLED_MS });
    const rendered = { ...large, rendered: draft };
    expect(nextAsk(draft, rendered, false, NOW)).toEqual({ what: 'all', afterMs: RESTED_MS, isLater: true });
    expect(isCountedLater(draft, rendered, false)).toBe(true);
  });

  it('wholly where another audience is chosen, or before it is sent', () => {
    const large = { counted: counted(LARGE + 1), rendered: of('all', 'a') };
    const all = { what: 'all', afterMs: SETTLED_LARGE_MS };
    expect(nextAsk(of('pro', 'a'), large, false, NOW)).toEqual(all);
    expect(nextAsk(of('all', 'b'), large, true, NOW)).toEqual(all);
    expect(isCountedLater(of('all', 'b'), large, true)).toBe(false);
  });

  it('not again while it is on its way, or once it is known', () => {
    expect(nextAsk(of('all', 'a'), { counted: counted(10) }, true, NOW)).toBeUndefined();
    expect(nextAsk(of('all', 'b'), { counted: counted(10), asking: of('all', 'b') }, true, NOW)).toBeUndefined();
  });
});

describe('after a failure', () => {
  const draft = of('all', 'b');

  it('a draft is counted again when the server allows it, whatever was typed since', () => {
    const failed = failedWith(draft, refused, undefined, NOW);
    for (const each of [draft, of('pro', 'c')]) {
      expect(nextAsk(each, { failed }, false, NOW + 2_000)).toEqual({ what: 'all', afterMs: 40_000 });
    }
    expect(nextAsk(draft, { failed }, false, NOW + 90_000)?.afterMs).toBe(SETTLED_MS);
  });

  it('that names no time the waits grow to a minute', () => {
    let failed = failedWith(draft, lost, undefined, NOW);
    const waits = [failed.notBefore - NOW];
    for (let time = 0; time < 5; time += 1) {
      failed = failedWith(draft, lost, failed, NOW);
      waits.push(failed.notBefore - NOW);
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('for what is wrong in it a draft is counted once it is changed', () => {
    const failed = failedWith(draft, invalid, undefined, NOW);
    expect(nextAsk(draft, { failed }, false, NOW)).toBeUndefined();
    expect(nextAsk(of('all', 'c'), { failed }, false, NOW)).toEqual({ what: 'all', afterMs: SETTLED_MS });
  });
});

it('the name of a campaign concerns its text only if the text says it', () => {
  const draft = { ...newDraft, name: 'Spring', body: 'Hello' };
  const renamed = { ...draft, name: 'Summer' };
  const saying = { body: '{{ campaign.name }}' };
  expect(askedOf(jobOf(renamed))).toEqual(askedOf(jobOf(draft)));
  const [one, other] = [askedOf(jobOf({ ...draft, ...saying })), askedOf(jobOf({ ...renamed, ...saying }))];
  expect(other.audience).toBe(one.audience);
  expect(other.text).not.toBe(one.text);
});
