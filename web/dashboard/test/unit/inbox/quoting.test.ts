import type { ShownMessage } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { mentioned } from '../../../src/inbox/composer/mentioned.js';
import { Quoting } from '../../../src/inbox/composer/quoting.js';
import { isSentBy, last, timelineOf } from '../../../src/inbox/thread/timeline.js';

const message = (id: string, fields: Partial<ShownMessage> = {}): ShownMessage => ({
  id,
  senderId: 'ann',
  body: id,
  state: 'sent',
  ...fields,
});

describe('what an answer replies to', () => {
  it('reaches the composer, and is taken with the answer', () => {
    const quoting = new Quoting();
    const told: (string | undefined)[] = [];
    const stop = quoting.subscribe(() => told.push(quoting.snapshot()?.id));
    quoting.quote(message('m1'));
    quoting.quote(message('m2'));
    expect(quoting.take()?.id).toBe('m2');
    expect(quoting.take()).toBeUndefined();
    stop();
    quoting.quote(message('m3'));
    expect(told).toEqual(['m1', 'm2', undefined, undefined]);
  });

  it('is by default the last message of the person that is still there', () => {
    const gone = message('m3', { deletedAt: {} as NonNullable<ShownMessage['deletedAt']> });
    const said = [message('m1'), message('m2', { senderId: 'service:acme' }), gone];
    const entries = timelineOf(said, [], false);
    expect(last(entries, isSentBy('ann'))?.id).toBe('m1');
    expect(last(entries, isSentBy('ben'))).toBeUndefined();
  });
});

describe('a note', () => {
  const staff = new Map([
    ['sam', { displayName: 'Sam' }],
    ['samira', { displayName: 'Sam Ira' }],
    ['nobody', { displayName: '' }],
  ]);

  it('concerns the staff whom it names', () => {
    expect(mentioned('@Sam, please look', staff)).toEqual(['sam']);
    expect(mentioned('@Sam Ira and @Sam', staff)).toEqual(['samira', 'sam']);
    expect(mentioned('Ask Sam', staff)).toEqual([]);
  });

  it('does not concern somebody whose name begins like that of another', () => {
    expect(mentioned('@Sam Ira, please', staff)).toEqual(['samira']);
  });
});
