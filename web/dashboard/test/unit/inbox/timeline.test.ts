import type { ListedNote, ShownMessage, Timestamp } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { beginsDay, goesOn, timelineOf } from '../../../src/inbox/thread/timeline.js';

function at(seconds: number): Timestamp {
  return { seconds, nanoseconds: 0, toDate: () => new Date(seconds * 1000) } as Timestamp;
}

function said(id: string, seconds: number | undefined, fields: Partial<ShownMessage> = {}): ShownMessage {
  return {
    id,
    senderId: 'ann',
    state: seconds === undefined ? 'sending' : 'sent',
    ...(seconds !== undefined && { createdAt: at(seconds) }),
    ...fields,
  };
}

function noted(noteId: string, seconds: number | null): ListedNote {
  return { noteId, staffId: 'bob', body: noteId, createdAt: seconds === null ? null : at(seconds) };
}

const keys = (entries: { key: string }[]): string[] => entries.map(({ key }) => key);

describe('what was said about a case', () => {
  it('has the notes between the messages, by time', () => {
    const entries = timelineOf([said('m1', 10), said('m2', 30)], [noted('n2', 40), noted('n1', 20)], false);
    expect(keys(entries)).toEqual(['m1', 'note:n1', 'm2', 'note:n2']);
  });

  it('has at its end what is on its way', () => {
    const entries = timelineOf([said('m1', 10), said('m2', undefined)], [noted('n1', null), noted('n2', 20)], false);
    expect(keys(entries)).toEqual(['m1', 'note:n2', 'm2', 'note:n1']);
  });

  it('keeps back notes that are older than the messages read so far', () => {
    const messages = [said('m1', 10)];
    expect(keys(timelineOf(messages, [noted('n1', 5)], true))).toEqual(['m1']);
    expect(keys(timelineOf(messages, [noted('n1', 5)], false))).toEqual(['note:n1', 'm1']);
  });

  it('names a sender anew after five minutes, a campaign and an event', () => {
    const [first, second, third, campaign] = timelineOf(
      [said('1', 0), said('2', 60), said('3', 600), said('4', 610, { campaignId: 'c' })],
      [],
      false,
    );
    if (!first || !second || !third || !campaign) throw new Error('there are four');
    expect(goesOn(second, first)).toBe(true);
    expect(goesOn(third, second)).toBe(false);
    expect(goesOn(campaign, third)).toBe(false);
  });

  it('begins a day at its first entry', () => {
    const [first, second, third] = timelineOf([said('1', 0), said('2', 60), said('3', 200_000)], [], false);
    if (!first || !second || !third) throw new Error('there are three');
    expect([beginsDay(first, undefined), beginsDay(second, first), beginsDay(third, second)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
