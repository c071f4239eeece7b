import type { ListedReport } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { caseOf, peopleOf, saidIn } from '../../src/reports/reported.js';

const report = (fields: Partial<ListedReport>): ListedReport =>
  ({ senderId: 'ann', reporterId: 'ben', chatId: 'ann:ben', serviceId: 'default', ...fields }) as ListedReport;

describe('a report', () => {
  it('names its people once, and no service', () => {
    const reports = [report({}), report({ senderId: 'service:acme' }), report({ senderId: 'ben', reporterId: 'cleo' })];
    expect(peopleOf(reports)).toEqual(['ann', 'ben', 'cleo']);
  });

  it('leads to a case of its service alone', () => {
    expect(caseOf({ chatId: 'ann:service:acme', serviceId: 'acme' })).toBe('ann:service:acme');
    expect(caseOf({ chatId: 'ann:service:other', serviceId: 'acme' })).toBeUndefined();
    expect(caseOf({ chatId: 'ann:ben', serviceId: 'default' })).toBeUndefined();
  });

  it('shows the text and the names of files, whichever there are', () => {
    expect(saidIn({ body: 'Hi' })).toEqual({ text: 'Hi', files: [] });
    const attachments = [{ path: 'a', contentType: 'image/png', size: 1, name: 'a.png' }, {}];
    expect(saidIn({ attachments: attachments as never })).toEqual({ text: undefined, files: ['a.png'] });
  });
});
