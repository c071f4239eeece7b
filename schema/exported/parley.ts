// Generated from schema/ by `make schema`. Do not edit.
// Field names and types as they stand in Firestore.

/** A Firestore timestamp, as the SDKs for the web, React Native and Node all have it. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanoseconds: number;
  toDate(): Date;
  toMillis(): number;
}

/** Everybody in the service. */
export interface AllAudience {
  all: true;
}

/** A file in Cloud Storage; `size` in bytes. */
export interface Attachment {
  path: string;
  contentType: string;
  size: number;
  name: string;
}

/** How an earlier attempt at a person ended, and when. */
export interface Attempt {
  at: Timestamp;
  channel?: "chat" | "sms";
  result: string;
  providerId?: string;
}

/**
 * `chats/{chatId}/audit/{id}` and `services/{serviceId}/audit/{id}`.
 *
 * `before` and `after` hold the changed values. `target` is the id of the changed person or
 * report; a change of the service itself has none.
 */
export interface AuditEntry {
  action: string;
  by: string;
  at: Timestamp;
  target?: string;
  before?: unknown;
  after?: unknown;
}

/** A campaign that awaits an answer in this chat: the person's batch, the message's time. */
export interface AwaitedReply {
  batchId: string;
  at: Timestamp;
}

/**
 * One batch: the unit of work, of commit and of retry.
 *
 * `uids` holds the keys of `recipients` in the order planned, to be queried by. A record
 * whose id cannot be a uid has its place too, as failed. `kind` and `purpose` repeat the
 * campaign's, so that notifying needs no read of the job. `chatId` is the chat that all share,
 * if they do. Batches of one `lane` of a paced campaign are sent one
 * after another. `heldUntil` is when the first of those who are held is tried again,
 * `fallbackAt` when the first of those who were not reached gets the other channel, and
 * `sendingSince` since when somebody is being sent to.
 */
export interface Batch {
  serviceId: string;
  kind?: "group" | "individual" | "oneWay";
  purpose?: "marketing" | "transactional";
  number: number;
  uids: string[];
  count: number;
  state: "planned" | "sent" | "done" | "cancelled";
  counts: Counts;
  recipients: Record<string, Recipient>;
  skippedBy?: Record<string, number>;
  failedBy?: Record<string, number>;
  chatId?: string;
  lane?: number;
  heldUntil?: Timestamp;
  fallbackAt?: Timestamp;
  sendingSince?: Timestamp;
  attempt?: number;
  sentAt?: Timestamp;
  pushClaimedAt?: Timestamp;
  notifiedAt?: Timestamp;
  updatedAt?: Timestamp;
}

/** How many campaign messages a minute a service sends on a channel, over all its campaigns. */
export interface Budgets {
  chat?: number;
  sms?: number;
}

/** Why a whole job failed. */
export interface BulkError {
  code: string;
  message: string;
}

/**
 * `services/{serviceId}/bulkJobs/{jobId}`.
 *
 * `done`, `unchanged` and `failed` add up to `total` once the job is completed.
 * `failedChats` has the reason of the first of those that failed. `undoOf`: the job whose
 * changes it takes back; `undoneBy` is the other way round. `dueAt`: when somebody looks
 * after the job, if nobody works on it; an ended job has none. `parts` is how many there are.
 */
export interface BulkJob {
  createdBy: string;
  createdAt: Timestamp;
  state: "planning" | "running" | "completed" | "cancelled" | "failed";
  selection?: BulkSelection;
  changes?: Record<string, unknown>;
  total?: number;
  done?: number;
  unchanged?: number;
  failed?: number;
  failedChats?: Record<string, string>;
  parts?: number;
  undoOf?: string;
  undoneBy?: string;
  dueAt?: Timestamp;
  updatedAt?: Timestamp;
  finishedAt?: Timestamp;
  error?: BulkError;
}

/** `services/{serviceId}/bulkJobs/{jobId}` was written, or nobody works on it. */
export interface BulkQueued {
  v: 1;
  serviceId: string;
  jobId: string;
}

/**
 * Which cases: those of a view, those of matching people, those that are both, or named ones.
 *
 * `assigneeId`: whose cases the view `mine` shows. `state` goes with `where` alone.
 * `exceptChatIds`: cases that stay as they are though they match.
 */
export interface BulkSelection {
  view?: "mine" | "unassigned" | "unread" | "unanswered" | "open" | "snoozed" | "closed" | "all";
  assigneeId?: string;
  where?: Filter;
  state?: "open" | "closed" | "snoozed";
  chatIds?: string[];
  exceptChatIds?: string[];
}

/** `details.reason` of a callable's error. */
export type CallableReason = "unauthenticated" | "invalidArgument" | "selfChat" | "blocked" | "notStaff" | "unknownService" | "unknownUser" | "uniqueNameTaken" | "unknownChat" | "wrongKind" | "notAMember" | "notAllowed" | "lastOwner" | "notSnoozed" | "alreadyAssigned" | "pastTime" | "unknownMessage" | "ownMessage" | "systemMessage" | "tooManyReports" | "unknownReport" | "unknownCampaign" | "unknownJob" | "wrongState" | "unknownList" | "unknownFile" | "unreadableFile" | "banned" | "optedOut" | "tooMany" | "contended" | "internal";

/**
 * A batch must be written into its chats.
 *
 * `isProbe`: it was published again because the campaign stalled. When it arrives, all messages
 * before it have arrived too, so batches that are still planned then were lost.
 */
export interface CampaignBatchReady {
  v: 1;
  campaignId: string;
  batchId: string;
  serviceId: string;
  isProbe?: boolean;
}

/**
 * A batch is written into its chats; its people must be notified.
 *
 * `previews` holds the rendered preview for each uid, so that notifying needs no read of the
 * messages. Without it (the batch came again after it was sent) the messages are read.
 * `isProbe`: as for `CampaignBatchReady`, for batches whose pushes are not settled.
 */
export interface CampaignBatchSent {
  v: 1;
  campaignId: string;
  batchId: string;
  serviceId: string;
  isProbe?: boolean;
  previews?: Record<string, string>;
}

/** The chat of a `group` campaign; `uniqueName` finds an existing one. */
export interface CampaignChat {
  title: string;
  topic?: string;
  uniqueName?: string;
}

/**
 * `services/{serviceId}/campaignDrafts/{id}`: a campaign that is still being written.
 *
 * `job` holds what is known so far of a document of `campaignQueue`.
 */
export interface CampaignDraft {
  name: string;
  job: Record<string, unknown>;
  step?: string;
  createdBy: string;
  createdAt: Timestamp;
  updatedBy: string;
  updatedAt: Timestamp;
}

/**
 * Why a whole campaign failed, or ended with errors.
 *
 * `ALL_FAILED`: nobody was reached, all for the same reason. `GIVEN_UP`: work that could not
 * be done was parked, and the people who waited for it failed. `EXPIRED`: `expireAt` came
 * before anybody was planned. `UNKNOWN_LIST`: the distribution list of the audience does not
 * exist, or has neither members nor a filter.
 */
export type CampaignError = "invalidJob" | "serviceNotFound" | "notAllowed" | "notSupported" | "templateError" | "invalidFilter" | "unknownList" | "expired" | "allFailed" | "givenUp";

/** Why a whole campaign failed. `message` is for people. */
export interface CampaignFailure {
  code: CampaignError;
  message: string;
}

/** The job. Only `command` may change later. */
export interface CampaignJob {
  serviceId: string;
  createdBy: string;
  createdAt: Timestamp;
  name: string;
  kind: "group" | "individual" | "oneWay";
  channels: ("chat" | "sms")[];
  purpose: "marketing" | "transactional";
  audience: UserIdsAudience | ListAudience | FilterAudience | AllAudience;
  message: CampaignMessage;
  chat?: CampaignChat;
  schedule?: Schedule;
  throttle?: Throttle;
  fallback?: Fallback;
  command: "start" | "pause" | "resume" | "cancel";
}

/**
 * The text and its attachments. `body` and `title` are Liquid templates.
 *
 * A body that renders to nothing visible fails for the recipient, so a blank body is valid here.
 */
export interface CampaignMessage {
  body: string;
  title?: string;
  attachments?: Attachment[];
}

/** `campaignQueue/{campaignId}` was written, or its campaign has stalled. */
export interface CampaignQueued {
  v: 1;
  campaignId: string;
  serviceId?: string;
}

/** An `SmsJob` that the server writes for a recipient, in the commit of their batch. */
export interface CampaignSmsJob {
  serviceId: string;
  createdBy: string;
  createdAt: Timestamp;
  to: SmsToUser | SmsToPhone;
  body: string;
  purpose: "marketing" | "transactional";
  expireAt?: Timestamp;
  delivery?: SmsDelivery;
  campaign: LedgerPlace;
}

/** The state of a campaign. */
export type CampaignState = "queued" | "planning" | "scheduled" | "running" | "paused" | "cancelled" | "completed" | "completedWithErrors" | "failed";

/**
 * `campaignStatus/{campaignId}`; `rate` in recipients a second.
 *
 * `curve` is what a plot shows; campaigns from before it have none. The server's own:
 * `answeredAt` is the version of the job whose command was answered last, `wakeAt` when the
 * campaign is looked at again, `nudges` how often that was in vain, and `resultsUntil` how
 * long its results are collected. `fallsBack`: who is not reached in time gets another channel.
 */
export interface CampaignStatus {
  serviceId: string;
  name: string;
  kind: "group" | "individual" | "oneWay";
  channels?: ("chat" | "sms")[];
  fallsBack?: boolean;
  chatId?: string;
  state: CampaignState;
  audienceCount: number;
  counts: Counts;
  skippedBy: Record<string, number>;
  failedBy: Record<string, number>;
  rate: number;
  etaAt?: Timestamp;
  startedAt?: Timestamp;
  finishedAt?: Timestamp;
  updatedAt: Timestamp;
  curve?: Curve;
  notice?: string;
  error?: CampaignFailure;
  expireAt?: Timestamp;
  answeredAt?: Timestamp;
  wakeAt?: Timestamp;
  nudges?: number;
  resultsUntil?: Timestamp;
}

/** `services/{serviceId}/cannedAnswers/{id}`: a text in Liquid, found by its shortcut. */
export interface CannedAnswer {
  shortcut: string;
  name: string;
  body: string;
  updatedAt: Timestamp;
  updatedBy: string;
}

/**
 * `chats/{chatId}`. A direct chat created by a client has only the first four fields.
 *
 * `large`: the chat once had more than 100 members, so messages no longer rewrite its rows.
 * `lastJoinedAt`: the last time somebody was added; earlier messages are not news to them.
 * `slowModeSeconds`: the time between two posts of a member of a group, 0 for none, unset for
 * the service's. `recentPosts`: the server's note of who posted in the last minute.
 * `awaitingReply`: campaigns whose message the person has not answered, by id. `bySms`: the
 * person of a case has written by SMS, so answers may go out as SMS. `stateAt`: since when a
 * case has its state; one that a campaign opened, and nobody answered, has none.
 *
 * `hasPast`: whether `past` may hold somebody; unknown if it is missing. `hasInvited`:
 * somebody has been invited, and may not have answered. `unopened`: members who were added
 * without being asked and have not opened a small group, with when they were added.
 *
 * `createdBy`: missing where a campaign or a mass message opened the chat, so that these stay
 * out of the index of new chats by their time.
 *
 * Of a direct chat, `mutual`: both people have written in it. `rang`: when one of them rang
 * the other by adding them to a group, while the other had not written.
 */
export interface Chat {
  serviceId: string;
  kind: "direct" | "group" | "case" | "broadcast";
  createdBy?: string;
  createdAt: Timestamp;
  title?: string;
  topic?: string;
  attributes?: Record<string, unknown>;
  uniqueName?: string;
  state?: "open" | "closed" | "snoozed";
  stateAt?: Timestamp;
  snoozedUntil?: Timestamp;
  assigneeId?: string;
  memberIds?: string[];
  memberCount?: number;
  messageCount?: number;
  lastMessage?: LastMessage;
  lastJoinedAt?: Timestamp;
  historyFor?: "members" | "sinceJoined";
  large?: boolean;
  slowModeSeconds?: number;
  recentPosts?: Record<string, string>;
  awaitingReply?: Record<string, AwaitedReply>;
  bySms?: boolean;
  hasPast?: boolean;
  hasInvited?: boolean;
  unopened?: Record<string, Timestamp>;
  mutual?: boolean;
  rang?: Record<string, Timestamp>;
}

/**
 * A person's consent to messages of one purpose on one channel.
 *
 * `source` is a `ConsentSource`, or what a program wrote past the server. `took`: an opt-out
 * by SMS took back a consent that stood; opting in again restores it.
 */
export interface Consent {
  granted: boolean;
  at: Timestamp;
  source: string;
  took?: boolean;
}

/**
 * `services/{serviceId}/users/{uid}/consentHistory/{id}`: one change, never changed itself.
 *
 * `by`: who made it; `system` for the provider. `code`: the provider's error code.
 * `messageSid`: the SMS that said it.
 */
export interface ConsentChange {
  channel: "chat" | "push" | "sms" | "email";
  purpose: "marketing" | "transactional";
  granted: boolean;
  source: string;
  at: Timestamp;
  by: string;
  code?: string;
  messageSid?: string;
}

/**
 * Where an answer came from.
 *
 * `APP`: the person, in the app. `STOP` and `START`: the person, by SMS. `PROVIDER`: the
 * provider refused an SMS because the person had opted out there.
 */
export type ConsentSource = "app" | "staff" | "import" | "stop" | "start" | "provider";

/** Recipients by state: always all ten states. */
export interface Counts {
  planned: number;
  held: number;
  sending: number;
  sent: number;
  delivered: number;
  read: number;
  replied: number;
  failed: number;
  unknown: number;
  skipped: number;
}

/**
 * How many people were done by when, of the whole campaign in a few points.
 *
 * `after` is the time of each in milliseconds since `startedAt`; `reached` and
 * `unreached` are those whose state was final by then.
 */
export interface Curve {
  after: number[];
  reached: number[];
  unreached: number[];
}

/**
 * `queue` is the topic of the message; `payload` is its content, if readable.
 *
 * `redrivenAt` is when the payload was last published again. A letter that is parked once more
 * loses it.
 */
export interface DeadLetter {
  queue: string;
  serviceId?: string;
  payload: unknown;
  error: DeadLetterError;
  attempts: number;
  firstAt: Timestamp;
  parkedAt: Timestamp;
  redrivenAt?: Timestamp;
}

/** Why a queue message was dead-lettered. */
export type DeadLetterCode = "malformed" | "unknownVersion" | "permanent" | "exhausted" | "poison";

/** Why it was dead-lettered. */
export interface DeadLetterError {
  code: DeadLetterCode;
  message: string;
}

/**
 * `chats/{chatId}/desk/{staffUid}`: who looks at a case, types there, and has unsent text.
 *
 * One document holds all three, so that an open case costs one listener. `viewedAt` is renewed
 * every 30 seconds; `left`: the case is no longer on their screen, and a draft stays.
 * `draftId`: the id of the message that the draft becomes. `unsent`: what was said and has
 * not arrived, oldest first. A text whose message is there was sent: the desk is cleared later.
 */
export interface Desk {
  viewedAt: Timestamp;
  typing?: boolean;
  left?: boolean;
  draft?: string;
  draftId?: string;
  unsent?: UnsentAnswer[];
}

/** `services/{serviceId}/distributionLists/{listId}`: a filter, or `members` below it. */
export interface DistributionList {
  name: string;
  where?: Filter;
  createdAt: Timestamp;
}

/**
 * A file of an email: a path in Storage, or the content itself.
 *
 * `encoding`: how the content is written in the document: `utf-8` (the default), `base64`,
 * `hex`, or `latin1`.
 */
export interface EmailAttachment {
  filename: string;
  path?: string;
  content?: string;
  contentType?: string;
  encoding?: string;
}

/** The `delivery` of an email. */
export interface EmailDelivery {
  state: "PENDING" | "PROCESSING" | "SUCCESS" | "ERROR" | "RETRY";
  attempts: number;
  startTime: Timestamp;
  endTime?: Timestamp;
  leaseExpireTime?: Timestamp;
  error?: string;
  info?: EmailInfo;
}

/**
 * The mail server's answer.
 *
 * `leftOut`: why people of `toUids`, `ccUids` and `bccUids` got no email, by uid.
 */
export interface EmailInfo {
  messageId: string;
  accepted: string[];
  rejected: Rejected[];
  leftOut?: Record<string, string>;
}

/**
 * The job that staff write: addresses or uids, and a message or a template, or both.
 *
 * `from_`: one of the service's senders; the first one if it is missing. `delivery` is the
 * server's answer.
 */
export interface EmailJob {
  serviceId: string;
  createdBy: string;
  createdAt: Timestamp;
  to?: string | string[];
  toUids?: string[];
  cc?: string | string[];
  bcc?: string | string[];
  ccUids?: string[];
  bccUids?: string[];
  from?: string;
  replyTo?: string;
  headers?: Record<string, string>;
  message?: EmailMessage;
  template?: EmailTemplate;
  delivery?: EmailDelivery;
}

/** The text of an email and its files. Beside a template, every field may be missing. */
export interface EmailMessage {
  subject?: string;
  text?: string;
  html?: string;
  attachments?: EmailAttachment[];
}

/** `emailNotifications/{jobId}`. */
export interface EmailQueued {
  v: 1;
  jobId: string;
  serviceId?: string;
}

/**
 * How a service sends email; the first of `senders` is used by jobs that name none.
 *
 * `digestAfterMinutes`: how long messages stay unread before an email tells of them.
 */
export interface EmailSettings {
  senders: string[];
  digestAfterMinutes?: number;
}

/** The name of a template, and the data to render it with. */
export interface EmailTemplate {
  name: string;
  data?: Record<string, unknown>;
}

/** When a person whom the first channel did not reach gets the second channel. */
export interface Fallback {
  afterMinutes: number;
}

export type Filter = FilterAnd | FilterOr | FilterNot | FilterCondition;

/** True if all of them are. */
export interface FilterAnd {
  and: Filter[];
}

/** The people who match a filter. */
export interface FilterAudience {
  where: Filter;
}

/** One comparison. `in`, `not-in`, `array-contains-any` take a list, `exists` a bool. */
export interface FilterCondition {
  field: string;
  op: "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not-in" | "array-contains" | "array-contains-any" | "exists";
  value: boolean | number | string | Timestamp | (boolean | number | string | Timestamp | null)[] | null;
}

/** True if the filter is not. */
export interface FilterNot {
  not: Filter;
}

/** True if at least one of them is. */
export interface FilterOr {
  or: Filter[];
}

/** How many messages of one purpose a person gets from all campaigns in so many days. */
export interface FrequencyCap {
  count: number;
  days: number;
  purpose?: "marketing" | "transactional";
}

/** The newest message of a chat, as lists show it. */
export interface LastMessage {
  id: string;
  senderId: string;
  preview: string;
  createdAt: Timestamp;
}

/** Where the result of a campaign's SMS belongs: the batch, and the recipient's attempt. */
export interface LedgerPlace {
  batchId: string;
  attempt: number;
}

/** A distribution list of the service. */
export interface ListAudience {
  listId: string;
}

/** `.../distributionLists/{listId}/members/{uid}`. */
export interface ListMember {
  addedAt: Timestamp;
}

/** The `delivery` of a mass message. */
export interface MassDelivery {
  state: "PENDING" | "PROCESSING" | "SUCCESS" | "ERROR" | "RETRY";
  attempts: number;
  startTime: Timestamp;
  endTime?: Timestamp;
  leaseExpireTime?: Timestamp;
  error?: string;
  info?: MassInfo;
}

/**
 * The results: people by state and by reason, and each person.
 *
 * `waiting` are people who have the message and whose push the provider has not taken yet.
 */
export interface MassInfo {
  sent: number;
  skipped: Record<string, number>;
  failed: Record<string, number>;
  results: Record<string, MassResult>;
  waiting?: string[];
}

/** The message to post into each chat: plain text. */
export interface MassMessage {
  body: string;
}

/** The job that staff write; `delivery` is the server's answer. */
export interface MassMessageJob {
  serviceId: string;
  createdBy: string;
  createdAt: Timestamp;
  kind: "mass";
  userIds: string[];
  message: MassMessage;
  delivery?: MassDelivery;
}

/** `campaignMessageQueue/{jobId}` of kind `mass`. */
export interface MassMessageQueued {
  v: 1;
  jobId: string;
  serviceId?: string;
}

/**
 * What became of one person.
 *
 * `reason` is a `RecipientReason` or `alreadySent`. `push` is missing until it is settled.
 */
export interface MassResult {
  state: "sent" | "skipped" | "failed";
  at: Timestamp;
  reason?: RecipientReason | "alreadySent";
  detail?: string;
  push?: PushOutcome;
}

/**
 * `chats/{chatId}/members/{uid}`.
 *
 * `addedBy`: who added them to a group without asking; missing of its founder and of those who
 * accepted an invitation. `readsFrom`: see `chatHistory`. `unopened`: when they were added
 * to a large group by the policy `open`; gone once they opened it.
 */
export interface Member {
  role: "owner" | "admin" | "member";
  joinedAt: Timestamp;
  readsFrom?: Timestamp;
  canPost?: boolean;
  mutedUntil?: Timestamp;
  unopened?: Timestamp;
  addedBy?: string;
}

/**
 * `chatMessages/{chatId}/messages/{messageId}`, ordered by (`createdAt`, id).
 *
 * `body` may be missing beside attachments, in a system message (`event`) and after deletion
 * (`deletedAt`). `attributes` is JSON text. `staffId`: the author behind a dashboard.
 * `via`: the person sent it by SMS. `smsJobId`: the job by which it went out as SMS too.
 * `silenced`: a ban took its text away before it was fanned out, so nothing counts it.
 * `targets`: the people of one line `invited`, if they are too many for a line each.
 */
export interface Message {
  senderId: string;
  createdAt: Timestamp;
  body?: string;
  title?: string;
  attachments?: Attachment[];
  replyTo?: string;
  mentions?: string[];
  attributes?: string;
  staffId?: string;
  via?: "sms" | "rcs";
  smsJobId?: string;
  editedAt?: Timestamp;
  deletedAt?: Timestamp;
  silenced?: boolean;
  campaignId?: string;
  event?: SystemEvent;
  by?: string;
  target?: string;
  targets?: string[];
  value?: string;
}

/**
 * `messageQueue/{chatId}:{messageId}`: exists until the message is fanned out.
 *
 * `shard` is random, so the index on (`shard`, `createdAt`) has no hot key. `givenUp`:
 * the code of the dead letter.
 */
export interface MessageQueueEntry {
  chatId: string;
  messageId: string;
  senderId: string;
  createdAt: Timestamp;
  shard: number;
  givenUp?: DeadLetterCode;
}

/**
 * `messageQueue/{chatId}:{messageId}` was written; the message must be fanned out.
 *
 * `isChanged`: the message was edited or deleted instead, and lists must follow. `editedBy`,
 * `editedAt`: who edited it and when, which is held against them as a post is.
 */
export interface MessageQueued {
  v: 1;
  chatId: string;
  messageId: string;
  isChanged?: boolean;
  editedBy?: string;
  editedAt?: Timestamp;
}

/** `.../messages/{messageId}/versions/{id}`: what a message said until it was changed. */
export interface MessageVersion {
  body?: string;
  attachments?: (Record<string, unknown>)[];
  until: Timestamp;
}

/**
 * `chats/{chatId}/notes/{noteId}`: a text for the staff of the case alone.
 *
 * `mentions`: the staff whom it concerns.
 */
export interface Note {
  staffId: string;
  body: string;
  createdAt: Timestamp;
  mentions?: string[];
  editedAt?: Timestamp;
}

/**
 * `chats/{chatId}/past/{uid}`: somebody who left a group, was removed, or declined it.
 *
 * `by`: who removed them or withdrew their invitation, themselves if they left or declined.
 * `canPost` and `mutedUntil` are as they stood then. The document stays when they come back.
 */
export interface PastMember {
  leftAt: Timestamp;
  by: string;
  canPost?: boolean;
  mutedUntil?: Timestamp;
}

/**
 * The planner's fence; only the server uses it. Each page of batches rewrites it.
 *
 * `epoch` rises when another planner takes over. `cursor` is the place in the audience after
 * the last page. All pages are read at `readTime`.
 */
export interface Plan {
  state: "planning" | "frozen" | "givenUp";
  epoch: number;
  cursor?: string;
  readTime?: Timestamp;
  batchCount: number;
  audienceCount: number;
}

/** `profiles/{uid}`: readable by any signed-in user. */
export interface Profile {
  displayName: string;
  photoUrl?: string;
  lastSeenAt?: Timestamp;
}

/** An installation of the app. `kind` tells an FCM token from an installation id. */
export interface PushDevice {
  token: string;
  kind: "fcmToken" | "fid";
  platform: "ios" | "android" | "web";
  locale?: string;
  updatedAt: Timestamp;
}

/** The outcome of the push to one recipient of a campaign. */
export type PushOutcome = "handedOver" | "noDevice" | "muted" | "noConsent" | "alreadyRead" | "unconfirmed" | "failed";

/**
 * The push settings of a service. `sound: null` plays no sound.
 *
 * `mutableContent` lets an iOS app's notification service extension change a push before it is
 * shown.
 */
export interface PushSettings {
  sound?: string | null;
  mutableContent?: boolean;
}

/**
 * `devices` by installation id; `muted` by chat id, for good (true) or until a time.
 *
 * `mentions`: whether a message that mentions the person is pushed in a muted chat too. It is
 * unless they choose `unlessMuted`.
 *
 * `withdrawn`: purposes of push by the service whose consent the person withdrew. The server
 * writes it with the consent, so that a push finds it without a read; it may create the document,
 * which has no `devices` then.
 */
export interface PushTokens {
  devices?: Record<string, PushDevice>;
  muted?: Record<string, true | Timestamp>;
  mentions?: "always" | "unlessMuted";
  withdrawn?: Record<string, { [K in "marketing" | "transactional"]?: true }>;
}

/** The queues, by the names of their Pub/Sub topics. */
export type QueueName = "campaign-queue" | "campaign-batches" | "campaign-message-queue" | "mass-message-queue" | "message-queue" | "non-chat-sms-queue" | "email-notifications" | "bulk-queue";

/** `.../messages/{messageId}/reactions/{uid}`. */
export interface Reaction {
  emoji: string;
  createdAt: Timestamp;
}

/** `chatReadReceipts/{chatId}/members/{uid}`: horizons, which only move forward. */
export interface ReadReceipt {
  readTo: Timestamp;
  readAt: Timestamp;
  deliveredTo?: Timestamp;
}

/**
 * `services/{serviceId}/inboundSms/{id}`: the id is derived from the provider's.
 *
 * `from_` is the number in the form under which people are looked up; `to` is our sender.
 * `uids`: the people who have the number.
 */
export interface ReceivedSms {
  from: string;
  to: string;
  body: string;
  state: ReceivedSmsState;
  uids: string[];
  messageSid: string;
  at: Timestamp;
}

/**
 * What became of the SMS.
 *
 * `KEPT`: nobody of the service has this number. `MUTED`: its person may not post in the case,
 * or is banned.
 */
export type ReceivedSmsState = "optedOut" | "optedIn" | "kept" | "muted";

/**
 * One person of a batch; `at` is when the state was reached.
 *
 * `detail` explains `reason`: which field was wrong, what the store answered. `until` is
 * when a person who is held is tried again, or when one who was sent to gets the other channel
 * unless the message was delivered. `attempts` are those before the latest one. Somebody who is
 * planned or held with a `channel` gets that one alone.
 */
export interface Recipient {
  state: RecipientState;
  reason?: string;
  channel?: "chat" | "sms";
  at: Timestamp;
  providerId?: string;
  attempt?: number;
  until?: Timestamp;
  attempts?: Attempt[];
  push?: PushOutcome;
  detail?: string;
}

/**
 * Why a recipient was skipped, held, failed or is unknown.
 *
 * A provider's own error is `providerError:` and its code.
 */
export type RecipientReason = "noConsent" | "optedOut" | "noPhone" | "invalidPhone" | "noDevice" | "blocked" | "duplicatePhone" | "frequencyCap" | "outsideWindow" | "expired" | "cancelled" | "notInService" | "templateError" | "emptyBody" | "bodyTooLong" | "invalidUser" | "storeRejected" | "givenUp" | "answerLost" | "personLimit" | "prefixLimit" | "spendCap" | "noSender" | "invalidSettings";

/** The state of one recipient. States change only forward, in this order. */
export type RecipientState = "planned" | "held" | "sending" | "sent" | "delivered" | "read" | "replied" | "failed" | "unknown" | "skipped";

/** An address that the mail server refused, and its words. */
export interface Rejected {
  address: string;
  code: number;
  message: string;
}

/**
 * Who of a batch has answered, by uid: the times of their answers; the server's alone.
 *
 * The document exists until its marks are in the ledger.
 */
export interface ReplyMarks {
  people: Record<string, Timestamp>;
}

/**
 * `reports/{reportId}`: written by the server, read by staff of its service.
 *
 * `message` is a copy from the time of the report: staff cannot read a direct chat, and a later
 * edit or deletion does not change the copy. `before` is what it said before, in order of time,
 * and `omitted` how many of its versions are not there.
 * `senderId` is the reported person.
 */
export interface Report {
  serviceId: string;
  chatId: string;
  messageId: string;
  message: Message;
  before?: MessageVersion[];
  omitted?: number;
  senderId: string;
  reporterId: string;
  reason: ReportReason;
  comment?: string;
  state: "open" | "resolved";
  createdAt: Timestamp;
  resolution?: ReportResolution;
  note?: string;
  resolvedBy?: string;
  resolvedAt?: Timestamp;
}

/** The reason for reporting a message. */
export type ReportReason = "spam" | "harassment" | "hate" | "violence" | "sexual" | "selfHarm" | "fraud" | "illegal" | "other";

/** The staff's decision: the report was right, or it was not. */
export type ReportResolution = "upheld" | "dismissed";

/**
 * `services/{serviceId}/savedViews/{id}`: a view that staff named.
 *
 * `sharedWith`: the roles that see it beside its author. The server reads `where` when the
 * view is asked for.
 */
export interface SavedView {
  name: string;
  createdBy: string;
  createdAt: Timestamp;
  sharedWith?: ("owner" | "admin" | "agent" | "viewer")[];
  view?: "mine" | "unassigned" | "unread" | "unanswered" | "open" | "snoozed" | "closed" | "all";
  assigneeId?: string;
  where?: Filter;
}

/** The time of sending: not before `startAt`, before `expireAt`, within `window`. */
export interface Schedule {
  startAt?: Timestamp;
  expireAt?: Timestamp;
  window?: SendingWindow;
}

/** From a time of day (inclusive) to another (exclusive), past midnight if `to` is earlier. */
export interface SendingWindow {
  from: string;
  to: string;
  timeZone: string;
}

/**
 * `services/{serviceId}`: written only by callables. `limits` override the defaults.
 *
 * `addPolicy`: whether strangers are invited to the service's groups, or added at once.
 */
export interface Service {
  name: string;
  kind: "default" | "dashboard";
  webhook?: string;
  window?: SendingWindow;
  frequencyCap?: FrequencyCap;
  budgets?: Budgets;
  retentionDays?: number;
  sms?: SmsSettings;
  email?: EmailSettings;
  push?: PushSettings;
  casePolicy?: "everyone" | "users";
  limits?: ServiceLimits;
  addPolicy?: "invite" | "open";
  createdAt?: Timestamp;
}

/**
 * What people may post in the chats of a service, where that is not the default.
 *
 * `slowModeSeconds`: of its groups that do not say otherwise, between two posts of a member.
 */
export interface ServiceLimits {
  postsPerSecond?: number;
  postsPerMinute?: number;
  slowModeSeconds?: number;
}

/**
 * `services/{serviceId}/users/{uid}`: everything needed to send to a person, in one read.
 *
 * `recentCampaigns` holds when each campaign that counts towards the frequency cap was sent.
 * `importedFields` are the contact fields that came from an import, so that they stay while the
 * person's own record has none. `provenPhone` is the number that is known to be the person's,
 * from their sign-in, an import, or an SMS of theirs; `phoneSince` is when they stated
 * `phone`, if not at the beginning. `smsSent` counts the SMS of a day, and
 * `textedBy` holds the campaigns whose SMS an SMS of the person would answer. In the service of
 * everybody `mirroredAt` is when a change was last carried into all services, and
 * `mirrorDueAt` when a later one will be.
 */
export interface ServiceUser {
  uid: string;
  displayName: string;
  phone?: string;
  provenPhone?: string;
  phoneSince?: Timestamp;
  email?: string;
  locale?: string;
  timeZone?: string;
  attributes?: Record<string, unknown>;
  tags?: string[];
  consents?: { [K in "chat" | "push" | "sms" | "email"]?: { [K in "marketing" | "transactional"]?: Consent } };
  createdAt: Timestamp;
  lastSeenAt?: Timestamp;
  whoMayAddMe?: "everyone" | "contacts" | "nobody";
  recentCampaigns?: Record<string, Timestamp>;
  importedFields?: string[];
  smsSent?: SmsSent;
  textedBy?: Record<string, AwaitedReply>;
  mirroredAt?: Timestamp;
  mirrorDueAt?: Timestamp;
}

/** The `delivery` of an SMS. */
export interface SmsDelivery {
  state: "PENDING" | "PROCESSING" | "SUCCESS" | "ERROR" | "RETRY";
  attempts: number;
  startTime: Timestamp;
  endTime?: Timestamp;
  leaseExpireTime?: Timestamp;
  error?: string;
  info?: SmsInfo;
}

/**
 * What was sent, and Twilio's answer in its own words.
 *
 * `to` and `from` (a number, a name, or the SID of a messaging service) are written with the
 * claim, before the call, and so are the segments that were counted. `status` comes with the
 * answer, and is `unknown` if the answer was lost.
 */
export interface SmsInfo {
  to?: string;
  from?: string;
  messageSid?: string;
  status?: string;
  segments?: number;
  encoding?: string;
  price?: string | number;
}

/** The job that staff write; `delivery` is the server's answer. */
export interface SmsJob {
  serviceId: string;
  createdBy: string;
  createdAt: Timestamp;
  to: SmsToUser | SmsToPhone;
  body: string;
  purpose: "marketing" | "transactional";
  expireAt?: Timestamp;
  delivery?: SmsDelivery;
}

/**
 * `services/{serviceId}/smsOptOuts/{phone}`: exists while a number is opted out.
 *
 * It binds the number, whether or not the service knows a person who has it.
 */
export interface SmsOptOut {
  at: Timestamp;
  source: string;
}

/** `nonChatSMSQueue/{jobId}`, or an SMS of a campaign's ledger. */
export interface SmsQueued {
  v: 1;
  jobId: string;
  serviceId?: string;
}

/** `smsSent` of a `ServiceUser`: how many SMS the person got on one day, in UTC. */
export interface SmsSent {
  day: string;
  count: number;
}

/**
 * How a service sends SMS: by a messaging service if it has one, else `from`.
 *
 * `countries`: where numbers may be; None for anywhere. `maxPerPersonPerDay`: None for
 * `limits.SMS_PER_PERSON_PER_DAY`. `dailySpendCap` is in US dollars.
 * `segmentsPerSecond`: how fast the sender sends; None for what Twilio gives its type.
 * `unknownNumbers`: whether an SMS of an unknown number makes a person and a case, or is kept
 * for staff to see (None too).
 */
export interface SmsSettings {
  messagingServiceSid?: string;
  from?: string;
  countries?: string[];
  maxPerPersonPerDay?: number;
  maxPerPrefixPerHour?: number;
  dailySpendCap?: number;
  segmentsPerSecond?: number;
  unknownNumbers?: "create" | "keep";
}

/** To a phone number. */
export interface SmsToPhone {
  phone: string;
}

/** To the phone number that the service has for a person. */
export interface SmsToUser {
  userId: string;
}

/** `services/{serviceId}/staff/{uid}`: a person who works on the service's dashboard. */
export interface Staff {
  role: "owner" | "admin" | "agent" | "viewer";
  displayName: string;
}

/**
 * `services/{serviceId}/emailTemplates/{name}`: Liquid, by owners and admins.
 *
 * Values are escaped in `html` alone.
 */
export interface StoredEmailTemplate {
  subject: string;
  text?: string;
  html?: string;
}

/** The event that a system message reports. */
export type SystemEvent = "created" | "joined" | "left" | "removed" | "renamed" | "role" | "invited" | "opened" | "closed" | "muted";

/** The most recipients a minute, over all workers together. */
export interface Throttle {
  perMinute: number;
}

/** `chatTypingIndicators/{chatId}/members/{uid}`: the time of the last keystrokes. */
export interface TypingIndicator {
  at: Timestamp;
}

/** An answer whose message is not there yet; it is sent once a message has this id. */
export interface UnsentAnswer {
  messageId: string;
  body: string;
}

/**
 * `users/{uid}`: written by that user, except for the last three fields.
 *
 * Clients write `locale` (BCP 47) and `timeZone` (IANA) unchecked: readers ignore unknown
 * names. `whoMayAddMe` is `contacts` unless they say otherwise. `provenPhone` is a
 * number by which their account signs in: while `phone` is the same, it is surely theirs.
 */
export interface User {
  displayName: string;
  phone?: string;
  email?: string;
  locale?: string;
  timeZone?: string;
  createdAt: Timestamp;
  lastSeenAt?: Timestamp;
  whoMayAddMe?: "everyone" | "contacts" | "nobody";
  provenPhone?: string;
  serviceIds?: string[];
  deletedAt?: Timestamp;
}

/** `userBlocks/{uid}/blocked/{otherUid}`: exists while `uid` blocks `otherUid`. */
export interface UserBlock {
  createdAt: Timestamp;
}

/**
 * `userChats/{uid}/chats/{chatId}`: one row; unread = `messageCount - readCount`.
 *
 * `updatedAt` orders the list: the time of the last message, system messages included. Edits,
 * deletions and late fan-outs do not change it. `invited`: the person is no member but has been
 * invited by `invitedBy`; messages do not change such a row, and it counts none.
 * `readsFrom` of an invitation: see `chatHistory`.
 *
 * A dashboard's row of a case has three fields more. `assigneeId` is null for nobody, so that a
 * query finds it. `isUnanswered`: the person said something since staff answered last.
 * `isUnread`: staff have not read it, or marked it unread.
 */
export interface UserChat {
  serviceId: string;
  kind: "direct" | "group" | "case" | "broadcast";
  title?: string;
  photoUrl?: string;
  otherUid?: string;
  lastMessage?: LastMessage;
  messageCount: number;
  readCount: number;
  updatedAt: Timestamp;
  large?: boolean;
  markedUnread?: boolean;
  pinned?: boolean;
  archived?: boolean;
  invited?: boolean;
  invitedBy?: string;
  readsFrom?: Timestamp;
  assigneeId?: string;
  isUnanswered?: boolean;
  isUnread?: boolean;
}

/** These people. */
export interface UserIdsAudience {
  userIds: string[];
}

/** Every limit. Lengths are in UTF-16 code units. */
export const LIMITS = {
  CHAT_BODY: 10000,
  SMS_BODY: 1600,
  SMS_PER_PERSON_PER_DAY: 10,
  EMAIL_SUBJECT: 998,
  ATTACHMENTS: 10,
  ATTACHMENT_PATH: 512,
  ATTACHMENT_TYPE: 128,
  ATTACHMENT_NAME: 256,
  ATTACHMENT_BYTES: 26214400,
  MENTIONS: 50,
  MESSAGE_ATTRIBUTES: 4096,
  DISPLAY_NAME: 100,
  PHOTO_URL: 2048,
  EMAIL: 320,
  EMAIL_ADDRESSES: 10000,
  EMAIL_RECIPIENTS: 500,
  EMAIL_HEADERS: 20,
  EMAIL_HEADER_NAME: 76,
  EMAIL_HEADER: 20000,
  EMAIL_TEMPLATE_NAME: 100,
  EMAIL_TEXT: 500000,
  EMAIL_PARTIALS: 20,
  EMAIL_PARTIALS_DEPTH: 5,
  EMAIL_CONTENT_BYTES: 512000,
  EMAIL_FILES_BYTES: 20971520,
  LOCALE: 35,
  TIME_ZONE: 64,
  USER_ATTRIBUTES_BYTES: 16384,
  ATTRIBUTES_DEPTH: 16,
  ATTRIBUTES_PATH_BYTES: 1400,
  USER_TAGS: 50,
  TAG: 100,
  RETENTION_DAYS: 3650,
  WEBHOOK: 2048,
  REACTION: 16,
  CHAT_TITLE: 100,
  CHAT_TOPIC: 1000,
  UNIQUE_NAME: 128,
  MEMBERS_PER_CALL: 450,
  JOINED_NAMED: 20,
  PENDING_INVITATIONS: 100,
  PENDING_FROM_ONE: 10,
  INVITATION_DAYS: 30,
  RINGING_INVITERS: 10,
  RINGING_PAUSE_HOURS: 6,
  RINGS_KEPT: 100,
  INVITER_DAYS: 7,
  GROUPS_RUNG: 3,
  GROUPS_RUNG_SECONDS: 600,
  SCATTERED_GROUPS: 5,
  SCATTERED_SECONDS: 60,
  SMALL_GROUP: 100,
  PUSHED_GROUP: 1000,
  NOTE: 10000,
  DESK_SECONDS: 2,
  DESK_SHOWN_SECONDS: 45,
  DESK_RENEWED_SECONDS: 30,
  DESK_UNSENT: 5,
  DRAFT_STEP: 40,
  BULK_CASES: 10000,
  BULK_NAMED: 500,
  BULK_PART: 100,
  BULK_JOB_ID: 59,
  BULK_FAILURES_TOLD: 20,
  BULK_JOBS_AT_ONCE: 3,
  FOUND_CASES: 50,
  LETTERS_AT_ONCE: 100,
  TEST_PEOPLE: 10,
  REPORT_TEXT: 1000,
  OPEN_REPORTS: 100,
  REPORT_VERSIONS_BYTES: 524288,
  DEVICES: 20,
  MUTES: 4096,
  PUSH_TOKEN: 4096,
  PREVIEW: 140,
  CAMPAIGN_NAME: 100,
  CAMPAIGN_USER_IDS: 10000,
  THROTTLE_PER_MINUTE: 1000000,
  FALLBACK_MINUTES: 1440,
  FREQUENCY_CAP: 1000,
  FREQUENCY_CAP_DAYS: 365,
  RESULTS_DAYS: 7,
  AWAITED_REPLIES: 10,
  CAMPAIGN_BATCH: 100,
  RAMP_OPERATIONS: 500,
  CAMPAIGN_RAMP: 1000000,
  COMMIT_BYTES: 3145728,
  EXPORTED_ROWS: 5000,
  FILTER_DEPTH: 5,
  FILTER_CONDITIONS: 50,
  FILTER_VALUES: 30,
  RENDERED_LOOP_ITERATIONS: 1000,
  RENDERED_STEPS: 25000,
  RENDERED_BETWEEN: 1000000,
  TEMPLATE_TAGS: 2000,
  TEMPLATE_CODE: 20000,
  RENDERED_TEXT: 40000,
  PREVIEWED_PER_MINUTE: 200000,
  CAMPAIGNS_IN_PLANNING: 5,
  MASS_MESSAGE_USER_IDS: 500,
  INBOX_SHARDS: 32,
  PUSH_SOUND: 64,
  REPEATED_PUSH_SECONDS: 120,
  PUSHES_IN_A_WINDOW: 3,
  PUSH_WINDOW_SECONDS: 10,
  BLOCKERS_KNOWN: 5000,
  BLOCKS_FOLLOWED_A_MINUTE: 60,
  CHATS_CREATED_A_MINUTE: 60,
  DELETIONS_A_MINUTE: 300,
  HOLD_SECONDS: 60,
  ARGUMENT_BYTES: 262144,
  LONG_ARGUMENT_BYTES: 1048576,
  ARGUMENT_DEPTH: 20,
  TOLD_ERRORS: 20,
  CALLS_PER_MINUTE: 120,
  CALL_WRITES_PER_MINUTE: 2000,
  UNRESERVED_WRITES: 20,
  RECEIPT_SECONDS: 1,
  TYPING_SECONDS: 3,
  EDIT_SECONDS: 2,
  TOKEN_CLAIMS_PER_MINUTE: 30,
  OWN_RECEIPT_SECONDS: 2,
  RECEIPT_CHANGES: 6,
  FLAPPING_CHANGES: 12,
  FLAPPING_SECONDS: 10,
  RESTING_SECONDS: 60,
  CHANGED_ROWS_SECONDS: 1,
  POSTS_PER_SECOND: 5,
  POSTS_PER_MINUTE: 60,
  PERSON_POSTS_PER_MINUTE: 120,
  PERSON_ROWS_PER_MINUTE: 5000,
  FLOOD_MUTE_SECONDS: 60,
  CHOSEN_POSTS_PER_SECOND: 60,
  CHOSEN_POSTS_PER_MINUTE: 600,
  SLOW_MODE_SECONDS: 3600,
  NOTED_POSTS: 600,
  MIRROR_SECONDS: 10,
  IMPORT_ARGUMENT_BYTES: 262144,
  IMPORT_RECORD_BYTES: 1048576,
  IMPORT_COLUMNS: 200,
  IMPORT_ERRORS: 5000,
  IMPORT_FAILED_LINES: 4194304,
  IMPORT_PATH: 512,
  IMPORT_FILE_BYTES: 536870912,
} as const;

/** Regular expressions, of flag `u`. */
export const PATTERNS = {
  uid: "^(?!(?:service|broadcast|system|\\.|\\.\\.|__[^/]*__)$)[^:/]{1,128}$",
  drawnId: "^[A-Za-z0-9_-]{1,64}$",
  documentId: "^(?!(?:\\.|\\.\\.|__[^/]*__)$)[^/]+$",
  phone: "^\\+[1-9][0-9]{1,14}$",
} as const;
