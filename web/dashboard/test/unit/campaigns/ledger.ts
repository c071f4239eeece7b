/** The ledger of a campaign behind the dashboard's calls: in pages, by state, and by people. */
import { Timestamp } from 'firebase/firestore';
import { type CampaignStatus, type Counts, ParleyError, type Recipient, type RecipientState } from 'parley-client';
import { alive } from './alive.js';

const HEADER = 'userId,state,reason,channel,at,attempt,providerId,push,detail\n';
const AT = Timestamp.fromDate(new Date('2026-12-01T09:00:00Z'));

export interface Entry {
  uid: string;
  state: RecipientState;
  reason?: string;
  name?: string;
}

/** So many people who got it, from `p0000` on. */
export function sentTo(count: number): Entry[] {
  return Array.from({ length: count }, (_, at) => ({ uid: `p${String(at).padStart(4, '0')}`, state: 'sent' }));
}

export class Ledger {
  /** The calls for pages, in order. */
  readonly asked: { cursor: string | undefined; state: RecipientState | undefined }[] = [];
  /** Refuse the next calls for pages. */
  refusals: ParleyError[] = [];
  private held: Promise<void> | undefined;

  constructor(
    readonly entries: readonly Entry[],
    private readonly pageSize: number,
  ) {}

  /** Let no page through until the function that is returned is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  get status(): CampaignStatus {
    const count = (state: RecipientState): number => this.entries.filter((each) => each.state === state).length;
    const counts = Object.fromEntries(STATES.map((state) => [state, count(state)])) as unknown as Counts;
    return {
      serviceId: 'acme',
      name: 'Spring',
      kind: 'oneWay',
      state: counts.failed > 0 ? 'completedWithErrors' : 'completed',
      audienceCount: this.entries.length,
      counts,
      skippedBy: {},
      failedBy: {},
      rate: 0,
      startedAt: AT,
      updatedAt: AT,
    };
  }

  exportCampaign = async (_: string, cursor?: string, state?: RecipientState) => {
    this.asked.push({ cursor, state });
    await this.held;
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    const all = this.entries.filter((each) => !state || each.state === state);
    const from = Number(cursor ?? 0);
    const rows = all.slice(from, from + this.pageSize).map(({ uid, state, reason = '' }) => {
      return `${uid},${state},${reason},chat,2026-12-01T09:00:00Z,1,,,\n`;
    });
    const next = from + this.pageSize;
    return { csv: (from ? '' : HEADER) + rows.join(''), ...(next < all.length && { nextCursor: `${next}` }) };
  };

  findPeople = async (text: string) =>
    this.entries
      .filter(({ name }) => name?.toLowerCase().startsWith(text.toLowerCase()))
      .map(({ uid, name }) => ({ uid, displayName: name }));

  recipients = async (_: string, uids: string[]) =>
    new Map(
      this.entries
        .filter(({ uid }) => uids.includes(uid))
        .map(({ uid, state, reason }): [string, Recipient] => [uid, { state, at: AT, ...(reason && { reason }) }]),
    );

  person = (uid: string) => alive(this.entries.find((each) => each.uid === uid && each.name) ? this.known(uid) : null);

  private known(uid: string): object {
    return { uid, displayName: this.entries.find((each) => each.uid === uid)?.name };
  }
}

const STATES: readonly RecipientState[] = [
  'planned',
  'held',
  'sending',
  'sent',
  'delivered',
  'read',
  'replied',
  'failed',
  'unknown',
  'skipped',
];

export function refusedFor(seconds: number): ParleyError {
  return new ParleyError({
    act: 'export a campaign',
    reason: 'tooMany',
    code: 'resource-exhausted',
    why: `more than 120 calls in a minute; wait ${seconds} s`,
    retryAfter: seconds,
  });
}
