/** What callables of the inbox, of tests and of the project's health ask and answer. */
import type { CampaignJob, Chat, Filter, RecipientState, SavedView } from '../../../schema/exported/parley.js';

/** A case that a search has found. Times are ISO 8601. */
export interface FoundCase {
  chatId: string;
  userId: string;
  displayName?: string;
  state: NonNullable<Chat['state']>;
  assigneeId?: string;
  snoozedUntil?: string;
  lastMessage?: { id: string; senderId: string; preview: string; createdAt: string };
}

/** What one person gets as a test, or the reason why there is nothing. `jobId` is that of the mass message or SMS. */
export interface SentTest {
  userId: string;
  channel?: 'chat' | 'sms';
  jobId?: string;
  text?: string;
  reason?: string;
  detail?: string;
}

/** What a campaign was to a person. `at` is ISO 8601. */
export interface CampaignOfPerson {
  campaignId: string;
  name?: string;
  kind?: CampaignJob['kind'];
  inAudience: boolean;
  state?: RecipientState;
  reason?: string;
  channel?: string;
  at?: string;
}

/** What waits, what stands still, and what was parked. */
export interface HealthReport {
  at: string;
  /** `waitsFor`: why a job of this inbox waits for another attempt, as its `delivery.error` has it. */
  queues: {
    queue: string;
    inbox?: string;
    oldestSeconds?: number;
    waiting: number;
    isStill: boolean;
    waitsFor?: string;
  }[];
  campaigns: {
    campaignId: string;
    serviceId?: string;
    name?: string;
    state: string;
    idleSeconds: number;
    isStill: boolean;
  }[];
  /** Those that nobody has put back yet. */
  deadLetters: { queue: string; count: number }[];
}

export interface Redriven {
  redriven: number;
  refused: { id: string; why: string }[];
}

/** One value that differs from what it is derived from. */
export interface Drifted {
  kind: string;
  path: string;
  found: string;
  expected: string;
}

/** A page of chats, then of campaigns; `drifts` are up to five of each kind. */
export interface Reconciled {
  checked: number;
  drifts: Drifted[];
  drifted: number;
  repaired: number;
  unreadable: string[];
  nextCursor?: string;
}

/** Which cases: those of a view, of the people whom a filter selects, or named ones, up to 500. */
export type CasesToChange =
  | { view: NonNullable<SavedView['view']>; assigneeId?: string }
  | { where: Filter; state?: NonNullable<Chat['state']> }
  | { chatIds: string[] };

/** What becomes of each case. */
export interface CasesChanges {
  state?: NonNullable<Chat['state']>;
  /** Sent as ISO 8601. */
  snoozedUntil?: Date;
  untilReply?: true;
  assigneeId?: string | null;
}
