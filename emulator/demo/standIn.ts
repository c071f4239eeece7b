/** The control side of the stand-ins: what arrived there, and faults to inject. */

export interface Logged<Request> {
  request?: Request;
  /** The status that the vendor decided. */
  status: number;
  /** When it came, in ISO 8601. */
  at: string;
}

/** Return all that a stand-in received, in order. */
export async function logOf<Request>(standIn: string): Promise<Logged<Request>[]> {
  return ask<Logged<Request>[]>(`${standIn}/_/messages`);
}

/** Replace the faults of a stand-in. */
export function setFaults(standIn: string, faults: object[]): Promise<unknown> {
  return ask(`${standIn}/_/faults`, { method: 'PUT', body: JSON.stringify(faults) });
}

export function post(url: string, body: object): Promise<unknown> {
  return ask(url, { method: 'POST', body: JSON.stringify(body) });
}

async function ask<Answer>(url: string, options: RequestInit = {}): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url, { ...options, headers });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as Answer;
}
