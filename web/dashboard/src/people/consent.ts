/** What a person agreed to where nothing is recorded: the defaults of the contract. */
import type { ConsentChange, ServiceUser } from 'parley-client';

export type Channel = ConsentChange['channel'];
export type Purpose = ConsentChange['purpose'];

export const CHANNELS: readonly Channel[] = ['chat', 'push', 'sms', 'email'];
export const PURPOSES: readonly Purpose[] = ['marketing', 'transactional'];

export function consentOf(person: Pick<ServiceUser, 'consents'>, channel: Channel, purpose: Purpose) {
  const recorded = person.consents?.[channel]?.[purpose];
  if (recorded) return { granted: recorded.granted, isDefault: false };
  return { granted: purpose === 'transactional' || channel === 'chat' || channel === 'push', isDefault: true };
}
