/** The control sides of the stand-ins: what arrived there, and faults. */

export type Channel = 'push' | 'sms' | 'mail';

/** The ports of the control sides, without an offset. */
const PORTS: Record<Channel, number> = { push: 9970, sms: 9971, mail: 9973 };

export interface Logged {
  at: string;
  request: unknown;
  status: number;
}

export interface Emulators {
  hostname: string;
  offset: number;
}

/** Return what arrived after the first `after`, and how many have arrived in all. */
export async function arrived(
  emulators: Emulators,
  channel: Channel,
  after: number,
): Promise<{ entries: Logged[]; count: number }> {
  const answer = await ask(emulators, channel, `/_/messages?after=${after}`);
  return { entries: await answer.json(), count: Number(answer.headers.get('X-Total-Count')) };
}

export async function clear(emulators: Emulators, channel: Channel): Promise<void> {
  await ask(emulators, channel, '/_/messages', { method: 'DELETE' });
}

/** Replace the faults; an empty list ends them. */
export async function setFaults(emulators: Emulators, channel: Channel, faults: object[]): Promise<void> {
  await ask(emulators, channel, '/_/faults', { method: 'PUT', body: JSON.stringify(faults) });
}

/** Send an SMS as a person does, to the number of a service. */
export async function sendSms(emulators: Emulators, sms: { from: string; to: string; body: string }): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  await ask(emulators, 'sms', '/_/inbound', { method: 'POST', headers, body: JSON.stringify(sms) });
}

async function ask(
  { hostname, offset }: Emulators,
  channel: Channel,
  path: string,
  options: RequestInit = {},
): Promise<Response> {
  const answer = await fetch(`http://${hostname}:${PORTS[channel] + offset}${path}`, options);
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
