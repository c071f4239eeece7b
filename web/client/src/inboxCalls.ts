/** What callables of the inbox, of tests and of the project's health ask and answer. */
import type {
  CampaignJob,
  Chat,
  Filter,
  PushDevice,
  RecipientState,
  SavedView,
} from '../../../schema/exported/parley.js';

/** A case that a search has found. Times are ISO 8601. */
export interface FoundCase {
  chatId: string;
  userId: string;
  displayName?: string;
  state: NonNullable<Chat['state']>;
  assigneeId?: string;
  snoozedUntil?: string;
  /** Of open cases, where a view of open cases was asked for. */
  isUnread?: boolean;
  isUnanswered?: boolean;
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

/** A device on which a person gets pushes. `updatedAt`, in ISO 8601, is when its app registered last. */
export interface DeviceOfPerson {
  platform: PushDevice['platform'];
  locale?: string;
  updatedAt: string;
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
  /** What the last recount of the whole project found; missing before the first. */
  recount?: {
    at: string;
    /** A uid, or `system` for the command line. */
    by: string;
    checked: number;
    /** How many values of each kind had drifted. */
    drift: Record<string, number>;
    drifted: number;
    repaired: number;
    unreadable: number;
  };
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

/** Whom a search looks for, and in which view; `state` is a view by its other name. */
export interface CasesAsked {
  where: Filter;
  view?: NonNullable<SavedView['view']>;
  /** For the view `mine`: another of the staff. */
  assigneeId?: string;
  state?: NonNullable<Chat['state']>;
  cursor?: string | undefined;
}

/** Cases that stay as they are though they match, up to 500. */
interface Sparing {
  exceptChatIds?: string[];
}

/** Which cases: those of a view, those of people whom a filter selects, those that are both, or named ones, up to 500. */
export type CasesToChange =
  | ({ view: NonNullable<SavedView['view']>; assigneeId?: string; where?: Filter } & Sparing)
  | ({ where: Filter; state?: NonNullable<Chat['state']> } & Sparing)
  | { chatIds: string[] };

/** What becomes of each case. */
export interface CasesChanges {
  state?: NonNullable<Chat['state']>;
  /** Sent as ISO 8601. */
  snoozedUntil?: Date;
  untilReply?: true;
  assigneeId?: string | null;
}
