/** The callables by name, with their requests and answers. */
import type {
  Budgets,
  Chat,
  ConsentChange,
  EmailSettings,
  FrequencyCap,
  Member,
  PushSettings,
  RecipientState,
  ReportReason,
  ReportResolution,
  SendingWindow,
  Service,
  ServiceLimits,
  SmsSettings,
} from '../../../schema/exported/parley.js';
import type {
  CampaignOfPerson,
  CasesAsked,
  CasesChanges,
  CasesToChange,
  DeviceOfPerson,
  FoundCase,
  HealthReport,
  Reconciled,
  Redriven,
  SentTest,
} from './inboxCalls.js';

/** `created` is false if the chat existed before. Opening is idempotent. */
export interface Opened {
  chatId: string;
  created: boolean;
}

/** Of the people who were named: who is a member now, and who was invited or has not answered yet. */
export interface Joined {
  chatId: string;
  added: string[];
  invited: string[];
}

/** People whom one has a direct chat with are added to a new group; others are invited. */
export interface CreatedGroup extends Opened, Joined {}

export interface NewGroup {
  title: string;
  /** The other members, up to 450 in one call. */
  userIds: string[];
  topic?: string;
  /** Creating a group with the same unique name returns the same group. */
  uniqueName?: string;
  attributes?: Record<string, unknown>;
  /** Whether those who join later read all that was said, which is the default. */
  historyFor?: NonNullable<Chat['historyFor']>;
}

/**
 * Title, topic, attributes, history and slow mode of a chat. An empty topic or map removes it; 0 seconds end
 * slow mode.
 */
export type ChatChanges = Partial<Pick<Chat, 'title' | 'topic' | 'attributes' | 'historyFor' | 'slowModeSeconds'>>;

/** A service's settings. Null removes one. */
export interface ServiceChanges {
  name?: Service['name'];
  webhook?: string | null;
  window?: SendingWindow | null;
  retentionDays?: number | null;
  /** How many campaign messages of a purpose a person gets in so many days. */
  frequencyCap?: FrequencyCap | null;
  /** How many campaign messages a minute the service sends on each channel. */
  budgets?: Budgets | null;
  /** How the service sends SMS, and its limits; replaced as a whole. */
  sms?: SmsSettings | null;
  email?: EmailSettings | null;
  /** Whether strangers are invited to the service's groups, or added at once. */
  addPolicy?: NonNullable<Service['addPolicy']> | null;
  /** How pushes sound, replaced as a whole. `sound: null` is silent. */
  push?: PushSettings | null;
  /** Who opens a case: everybody, which is the default, or the service's users alone. */
  casePolicy?: Service['casePolicy'] | null;
  /** What people may post in its chats; replaced as a whole. */
  limits?: ServiceLimits | null;
}

/** What a service knows about a person. Given fields replace stored ones. */
export interface PersonChanges {
  attributes?: Record<string, unknown>;
  tags?: string[];
}

/** Whether a person agrees to messages of one purpose on one channel. */
export type ConsentAnswer = Pick<ConsentChange, 'channel' | 'purpose' | 'granted'>;

/** `created` is false if you reported this message before. */
export interface Reported {
  reportId: string;
  created: boolean;
}

/** A page of a campaign's results; the first has the header. */
export interface ResultPage {
  csv: string;
  nextCursor?: string;
}

/** What became of one person of a campaign, or would. */
export interface Explained {
  inAudience: boolean;
  state?: RecipientState;
  reason?: string;
  detail?: string;
  channel?: string;
  /** Times are ISO 8601. */
  attempts: { at: string; channel: string; result: string; providerId?: string }[];
  checks: { check: string; ok: boolean; detail: string }[];
  /** Sentences to read out. */
  text: string;
}

/** What a campaign would do. */
export interface Previewed {
  audienceCount: number;
  willSend: number;
  held?: number;
  heldUntil?: string;
  excluded: Record<string, number>;
  samples: {
    userId: string;
    channel?: string;
    text?: string;
    title?: string;
    reason?: string;
    detail?: string;
    segments?: number;
    inAudience?: boolean;
    /** Why this person was picked, unless they are one of the first. */
    picked?: 'noName' | 'rightToLeft' | 'longest';
  }[];
  /** The price is in US dollars. */
  sms?: { messages: number; segments: number; price?: number };
  firestore: { reads: number; writes: number; deletes: number; price: number };
  durationSeconds: number;
  warnings: string[];
}

/** A CSV file as a text of up to 256 KiB, or by its path under `imports/{serviceId}/` in Storage. */
export interface PeopleFile {
  csv?: string;
  path?: string;
  /** The field of a column, by its title; an empty one leaves the column out. */
  mapping?: Record<string, string>;
  /** Check and count, and write nothing. */
  dryRun?: boolean;
  /** Also put them on this distribution list. */
  listId?: string;
}

/** What became of the lines; `rows` is the sum of the next five. Up to 5,000 errors are told. */
export interface ImportedPeople {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  duplicates: number;
  failed: number;
  errors: { line: number; column: string | null; value: string | null; message: string }[];
  errorCount: number;
  /** Every line that failed or is a duplicate, such as `7,12-40`; the last ones are missing above 4 MiB. */
  failedLines: string;
}

export type * from './inboxCalls.js';

interface InChat {
  chatId: string;
}

interface Call<Asked, Answered = unknown> {
  asked: Asked;
  answered: Answered;
}

export interface Calls {
  openDirectChat: Call<{ userId: string }, Opened>;
  openCaseChat: Call<{ serviceId: string; userId?: string }, Opened>;
  createGroupChat: Call<NewGroup, CreatedGroup>;
  addMembers: Call<InChat & { userIds: string[] }, Joined>;
  acceptInvite: Call<InChat>;
  declineInvite: Call<InChat>;
  removeMember: Call<InChat & { userId: string }>;
  setRole: Call<InChat & { userId: string; role: Member['role'] }>;
  updateChat: Call<InChat & ChatChanges>;
  /** `as: 'service'` takes the dashboard out, for its staff. */
  leaveChat: Call<InChat & { as?: 'service' }>;
  /** The time is sent as ISO 8601. */
  updateCase: Call<
    InChat & {
      state?: NonNullable<Chat['state']>;
      snoozedUntil?: Date | undefined;
      untilReply?: true;
      assigneeId?: string | null;
      expectedAssigneeId?: string | null;
    }
  >;
  /** A page looks through 300 people, so it may hold few cases and lead on all the same. */
  findCases: Call<{ serviceId: string } & CasesAsked, { cases: FoundCase[]; nextCursor?: string }>;
  /** The same `jobId` is the same job. */
  updateCases: Call<
    { serviceId: string; cases: CasesToChange; changes: CasesChanges; jobId?: string },
    { jobId: string }
  >;
  undoBulkJob: Call<{ serviceId: string; jobId: string }, { jobId: string }>;
  cancelBulkJob: Call<{ serviceId: string; jobId: string }, { jobId: string }>;
  updateServiceUser: Call<{ serviceId: string; userId: string } & PersonChanges>;
  updateConsent: Call<{ serviceId: string; userId?: string } & ConsentAnswer>;
  importPeople: Call<{ serviceId: string } & PeopleFile, ImportedPeople>;
  updateService: Call<{ serviceId: string } & ServiceChanges>;
  reportMessage: Call<InChat & { messageId: string; reason: ReportReason; comment?: string | undefined }, Reported>;
  /** A job as in `campaignQueue`; its times go as ISO 8601. */
  previewCampaign: Call<
    { job: Record<string, unknown>; userIds?: string[] | undefined; sampleCount?: number | undefined },
    Previewed
  >;
  explainRecipient: Call<{ campaignId: string; userId: string }, Explained>;
  /** With `state` those alone who are in it. */
  exportCampaign: Call<
    { campaignId: string; state?: RecipientState | undefined; cursor?: string | undefined },
    ResultPage
  >;
  /** `waiting` people get no attempt yet, because pushes of their batches are still open. */
  retryFailed: Call<{ campaignId: string }, { retried: number; waiting?: number }>;
  /** The same `testId` is the same test. */
  sendTest: Call<{ job: Record<string, unknown>; userIds: string[]; testId: string }, { tests: SentTest[] }>;
  campaignsOf: Call<
    { serviceId: string; userId: string; cursor?: string | undefined },
    { campaigns: CampaignOfPerson[]; nextCursor?: string }
  >;
  devicesOf: Call<{ serviceId: string; userId: string }, { devices: DeviceOfPerson[] }>;
  /** These three by owners of the service `default`, who run the project. */
  getHealth: Call<object, HealthReport>;
  redriveDeadLetters: Call<{ ids?: string[]; queue?: string }, Redriven>;
  reconcile: Call<{ repair?: boolean; cursor?: string | undefined }, Reconciled>;
  /** By owners of the service `default`. `until` is sent as ISO 8601; without it the ban is for good. */
  banUser: Call<{ userId: string; until?: Date | undefined; reason: string }>;
  unbanUser: Call<{ userId: string }>;
  resolveReport: Call<{ reportId: string; resolution: ReportResolution; note?: string | undefined }>;
}

/** What each callable does, as errors show it. */
export const CALLED: Record<keyof Calls, string> = {
  openDirectChat: 'open a direct chat',
  openCaseChat: 'open a case',
  createGroupChat: 'create a group',
  addMembers: 'add members',
  acceptInvite: 'accept the invitation',
  declineInvite: 'decline the invitation',
  removeMember: 'remove a member',
  setRole: 'give a role',
  updateChat: 'change the chat',
  leaveChat: 'leave the chat',
  updateCase: 'change the case',
  findCases: 'find cases',
  updateCases: 'change many cases',
  undoBulkJob: 'undo a change of many cases',
  cancelBulkJob: 'cancel a change of many cases',
  updateServiceUser: 'change what is known of a person',
  updateConsent: 'record a consent',
  importPeople: 'import people',
  updateService: 'change the service',
  reportMessage: 'report a message',
  previewCampaign: 'preview a campaign',
  explainRecipient: 'explain a recipient',
  exportCampaign: 'export a campaign',
  retryFailed: 'retry who failed',
  sendTest: 'send a test',
  campaignsOf: 'list the campaigns of a person',
  devicesOf: 'list the devices of a person',
  getHealth: 'look at the health of the project',
  redriveDeadLetters: 'put dead letters back',
  reconcile: 'recount what is derived',
  banUser: 'ban a person',
  unbanUser: 'end a ban',
  resolveReport: 'decide on a report',
};
