/** The people of a campaign, from the pages of its export. */
import { describe, expect, it } from 'vitest';
import { isUnreached, matching, readPage, readPages } from '../../src/campaigns/results.js';

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
      return true;
    });
    expect(readPage(csv).map(({ userId }) => userId)).toEqual(['ann', 'bob', '=cy']);
  });

  it('are read no further than asked', async () => {
    const read: string[] = [];
    await readPages(dashboard, 'c1', ({ csv }) => {
      read.push(csv);
      return read.length < 2;
    });
    expect(read).toHaveLength(2);
  });
});

describe('a search', () => {
  const people = readPage(HEADER + ANN + BOB + CY);
  const found = (state: string, text: string, names?: Map<string, string>) =>
    matching(people, { state, text }, names).map(({ userId }) => userId);

  it('finds by state, id, reason, detail and name', () => {
    expect(found('sent', '')).toEqual(['ann']);
    expect(found('', 'BO')).toEqual(['bob']);
    expect(found('', 'answerlost')).toEqual(['=cy']);
    expect(found('', 'in the app')).toEqual(['bob']);
    expect(found('', 'lee', new Map([['ann', 'Ann Lee']]))).toEqual(['ann']);
    expect(found('sent', 'bob')).toEqual([]);
  });

  it('counts nobody as not reached who may have got it', () => {
    expect(people.filter(isUnreached).map(({ userId }) => userId)).toEqual(['bob']);
  });
});
