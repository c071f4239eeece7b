import { describe, expect, it } from 'vitest';
import { Outbox, UNDO_MS } from '../../../src/inbox/composer/outbox.js';
import { HandClock } from './handClock.js';

function begin() {
  const clock = new HandClock();
  const sent: [id: string, body: string | undefined][] = [];
  const outbox = new Outbox((id, { body }) => sent.push([id, body]), clock);
  const back: [id: string, body: string | undefined][] = [];
  outbox.takenBack = (id, { body }) => back.push([id, body]);
  return { clock, sent, outbox, back };
}

describe('an answer', () => {
  it('is sent five seconds after one has said so, and not before', () => {
    const { clock, sent, outbox } = begin();
    outbox.hold('m1', { body: 'Hello' });
    clock.pass(UNDO_MS - 1);
    expect(sent).toEqual([]);
    clock.pass(1);
    expect(sent).toEqual([['m1', 'Hello']]);
    expect(outbox.snapshot()).toEqual([]);
  });

  it('that is taken back goes to the composer and is never sent', () => {
    const { clock, sent, outbox, back } = begin();
    outbox.hold('m1', { body: 'Hello' });
    expect(outbox.takeBackLast()).toBe(true);
    clock.pass(UNDO_MS);
    expect(sent).toEqual([]);
    expect(back).toEqual([['m1', 'Hello']]);
    expect(outbox.takeBackLast()).toBe(false);
  });

  it('is sent at once, and once, when one leaves the case', () => {
    const { clock, sent, outbox } = begin();
    outbox.hold('m1', { body: 'one' });
    outbox.hold('m2', { body: 'two' });
    outbox.flush();
    clock.pass(UNDO_MS);
    expect(sent).toEqual([
      ['m1', 'one'],
      ['m2', 'two'],
    ]);
  });

  it('is shown from when it is held until it is sent', () => {
    const { clock, outbox } = begin();
    const shown: number[] = [];
    outbox.subscribe(() => shown.push(outbox.snapshot().length));
    outbox.hold('m1', { body: 'Hello' });
    clock.pass(UNDO_MS);
    expect(shown).toEqual([1, 0]);
  });
});
