import type { Draft } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { Outbox, UNDO_MS } from '../../../src/inbox/composer/outbox.js';

/** Time that passes when told to. */
class HandClock {
  private time = 0;
  private alarms: { at: number; call: () => void }[] = [];

  now = (): number => this.time;

  after = (milliseconds: number, call: () => void): (() => void) => {
    const alarm = { at: this.time + milliseconds, call };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((each) => each !== alarm);
    };
  };

  pass(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.alarms.filter(({ at }) => at <= this.time);
    this.alarms = this.alarms.filter(({ at }) => at > this.time);
    for (const { call } of due) call();
  }
}

function begin() {
  const clock = new HandClock();
  const sent: Draft[] = [];
  const outbox = new Outbox((draft) => sent.push(draft), clock);
  const back: Draft[] = [];
  outbox.takenBack = (draft) => back.push(draft);
  return { clock, sent, outbox, back };
}

describe('an answer', () => {
  it('is sent five seconds after one has said so, and not before', () => {
    const { clock, sent, outbox } = begin();
    outbox.hold({ body: 'Hello' });
    clock.pass(UNDO_MS - 1);
    expect(sent).toEqual([]);
    clock.pass(1);
    expect(sent).toEqual([{ body: 'Hello' }]);
    expect(outbox.snapshot()).toEqual([]);
  });

  it('that is taken back goes to the composer and is never sent', () => {
    const { clock, sent, outbox, back } = begin();
    outbox.hold({ body: 'Hello' });
    expect(outbox.takeBackLast()).toBe(true);
    clock.pass(UNDO_MS);
    expect(sent).toEqual([]);
    expect(back).toEqual([{ body: 'Hello' }]);
    expect(outbox.takeBackLast()).toBe(false);
  });

  it('is sent at once, and once, when one leaves the case', () => {
    const { clock, sent, outbox } = begin();
    outbox.hold({ body: 'one' });
    outbox.hold({ body: 'two' });
    outbox.flush();
    clock.pass(UNDO_MS);
    expect(sent.map(({ body }) => body)).toEqual(['one', 'two']);
  });

  it('is shown from when it is held until it is sent', () => {
    const { clock, outbox } = begin();
    const shown: number[] = [];
    outbox.subscribe(() => shown.push(outbox.snapshot().length));
    outbox.hold({ body: 'Hello' });
    clock.pass(UNDO_MS);
    expect(shown).toEqual([1, 0]);
  });
});
