/** What became of an SMS that stands in no case. Pure. */
import type { ReceivedSms } from 'parley-client';

export type SmsState = ReceivedSms['state'];

/** Those that somebody may have to look after first. */
export const STATES: readonly SmsState[] = ['kept', 'muted', 'optedOut', 'optedIn'];

export const COLOURS: Record<SmsState, string> = { kept: 'yellow', muted: 'gray', optedOut: 'red', optedIn: 'teal' };

/** The state that an address asks for; an address may come from anywhere. */
export function stateIn({ state }: { state?: unknown }): SmsState | undefined {
  return STATES.find((each) => each === state);
}
