/** How far an answer is that leaves by SMS, and why it did not. Pure. */
import type { SmsDelivery } from 'parley-client';

export interface SmsStanding {
  state: 'waiting' | 'sent' | 'delivered' | 'failed';
  /** A reason of the server's list, or the provider's with its code: `providerError:30003`. */
  reason?: string;
  /** The server's own words about it, in English. */
  sentence?: string;
  /** Whether it can be sent again: nothing but the person's own START ends an opt-out. */
  mayRetry: boolean;
}

const FINAL: ReadonlySet<string> = new Set(['optedOut', 'invalidJob', 'expired']);
const SEPARATOR = ': ';

type Delivery = Pick<SmsDelivery, 'state' | 'error' | 'info'>;

/** Of an answer whose job has not begun, nothing is given. */
export function smsStanding(delivery: Delivery | undefined): SmsStanding {
  if (delivery?.state === 'ERROR') return failed(delivery.error ?? '');
  if (delivery?.info?.status === 'delivered') return { state: 'delivered', mayRetry: false };
  return { state: delivery?.state === 'SUCCESS' ? 'sent' : 'waiting', mayRetry: false };
}

/** The server's error is a reason and a sentence. */
function failed(error: string): SmsStanding {
  const place = error.indexOf(SEPARATOR);
  const reason = place > 0 ? error.slice(0, place) : error;
  return {
    state: 'failed',
    reason,
    ...(place > 0 && { sentence: error.slice(place + SEPARATOR.length) }),
    mayRetry: !FINAL.has(reason),
  };
}
