/** The people of a campaign, from the pages of its export. */
import { Timestamp } from 'firebase/firestore';
import type { RecipientState } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { matching, readPage, readPages, readUnreached, resultOf } from '../../src/campaigns/results.js';

const HEADER = 'userId,state,reason,channel,at,attempt,providerId,push,detail\n';
const ANN = 'ann,sent,,chat,2026-12-01T09:00:00Z,1,,handedOver,\n';
const BOB = 'bob,skipped,noConsent,,2026-12-01T09:00:00Z,1,,,"withdrew it, in the app"\n';
const CY = "'=cy,unknown,answerLost,sms,2026-12-01T09:00:00Z,2,SM1,,\n";

describe('a page', () => {
  it('has the header only if it is the first', () => {
    expect(readPage(HEADER + ANN)).toEqual(readPage(ANN));
    expect(readPage(HEADER)).toEqual([]);
  });

  it('shows ids without the apostrophe that is there for spreadsheets', () => {
    expect(readPage(CY)).toMatchObject([{ userId: '=cy', state: 'unknown', providerId: 'SM1' }]);
  });

  it('keeps commas within quotes', () => {
    expect(readPage(BOB)).toMatchObject([{ userId: 'bob', detail: 'withdrew it, in the app' }]);
  });
});

describe('all pages', () => {
  const pages: Record<string, { csv: string; nextCursor?: string }> = {
    '': { csv: HEADER + ANN, nextCursor: 'b' },
    b: { csv: BOB, nextCursor: 'c' },
    c: { csv: CY },
  };
  const dashboard = { exportCampaign: async (_: string, cursor = '') => pages[cursor] ?? { csv: '' } };

  it('are read in order until the last', async () => {
    let csv = '';
    await readPages(dashboard, 'c1', (page) => {
      csv += page.csv;
    });
    expect(readPage(csv).map(({ userId }) => userId)).toEqual(['ann', 'bob', '=cy']);
  });
});

it('of those whom a campaign did not reach are read by their state, without ids that nobody can have', async () => {
  const failed = 'dan,failed,noDevice,,2026-12-01T09:00:00Z,1,,,\na:b,failed,invalidUser,,2026-12-01T09:00:00Z,1,,,\n';
  const asked: unknown[] = [];
  const dashboard = {
    exportCampaign: async (_: string, cursor?: string, state?: RecipientState) => {
      asked.push([state, cursor]);
      if (state === 'skipped') return { csv: HEADER + BOB };
      return cursor ? { csv: failed } : { csv: HEADER, nextCursor: 'more' };
    },
  };
  expect(await readUnreached(dashboard, 'c1')).toEqual(['dan', 'bob']);
  expect(asked).toEqual([
    ['failed', undefined],
    ['failed', 'more'],
    ['skipped', undefined],
  ]);
});

it('in the ledger and in a page of the export read the same', () => {
  const at = Timestamp.fromDate(new Date('2026-12-01T09:00:00Z'));
  const entry = { state: 'skipped', reason: 'noConsent', at, detail: 'withdrew it, in the app' } as const;
  expect(resultOf('bob', entry)).toEqual({ ...readPage(BOB)[0], at: '2026-12-01T09:00:00.000Z' });
});

describe('a search', () => {
  const people = readPage(HEADER + ANN + BOB + CY);
  const search = (state: RecipientState | '', text: string, names?: Map<string, string>, found = readPage('')) =>
    matching(people, { state, text }, { found, names: names ?? new Map() }).map(({ userId }) => userId);

  it('finds by state, id, reason, detail and name', () => {
    expect(search('sent', '')).toEqual(['ann']);
    expect(search('', 'BO')).toEqual(['bob']);
    expect(search('', 'answerlost')).toEqual(['=cy']);
    expect(search('', 'in the app')).toEqual(['bob']);
    expect(search('', 'lee', new Map([['ann', 'Ann Lee']]))).toEqual(['ann']);
    expect(search('sent', 'bob')).toEqual([]);
  });

  it('shows first who was found by the text, once, and only in the state', () => {
    const found = readPage('zoe,failed,noDevice,,2026-12-01T09:00:00Z,1,,,\n').concat(readPage(CY));
    expect(search('', 'an', undefined, found)).toEqual(['zoe', '=cy', 'ann']);
    expect(search('failed', 'an', undefined, found)).toEqual(['zoe']);
    expect(search('failed', '', undefined, found)).toEqual([]);
  });
});
