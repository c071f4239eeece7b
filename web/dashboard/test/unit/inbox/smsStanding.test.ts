import { describe, expect, it } from 'vitest';
import { smsStanding } from '../../../src/inbox/thread/smsStanding.js';

describe('an answer by SMS', () => {
  it('waits before a worker has it, and while it is tried again', () => {
    expect(smsStanding(undefined).state).toBe('waiting');
    expect(smsStanding({ state: 'PROCESSING' }).state).toBe('waiting');
    expect(smsStanding({ state: 'RETRY', error: 'noPhone: there is none' }).state).toBe('waiting');
  });

  it('is sent once the provider has it, and delivered once the phone has', () => {
    expect(smsStanding({ state: 'SUCCESS', info: { status: 'queued' } }).state).toBe('sent');
    expect(smsStanding({ state: 'SUCCESS', info: { status: 'delivered' } }).state).toBe('delivered');
  });

  it('has failed with a reason and a sentence, and can be sent again', () => {
    expect(smsStanding({ state: 'ERROR', error: 'noPhone: to.userId: "rosa" has no phone' })).toEqual({
      state: 'failed',
      reason: 'noPhone',
      sentence: 'to.userId: "rosa" has no phone',
      mayRetry: true,
    });
  });

  it('keeps the code of the provider with its reason', () => {
    const { reason, sentence } = smsStanding({
      state: 'ERROR',

      error: 'providerError:30003: Unreachable',
    });
    expect([reason, sentence]).toEqual(['providerError:30003', 'Unreachable']);
  });

  it('cannot be sent again to somebody who opted out', () => {
    expect(smsStanding({ state: 'ERROR', error: 'optedOut: only START ends it' }).mayRetry).toBe(false);
    expect(smsStanding({ state: 'ERROR', error: 'optedOut' })).toMatchObject({ reason: 'optedOut' });
  });
});
