/**
 * The forms of the arguments of every public call, one table for each class. `checkCalls` applies
 * them. Only types are imported from the classes.
 */
import type { PushDevice, PushTokens, User } from '../../../schema/exported/parley.js';
import { ACTS, type Act } from './acts.js';
import type { CampaignCommand } from './campaigns.js';
import { states } from './caseForms.js';
import type { ChatList } from './chatList.js';
import { type Argument, BY_CALLABLE, type FormsOf } from './checking.js';
import type { Dashboard, PeopleSettings } from './dashboard.js';
import { RECORDS, VIEWS } from './dashboardForms.js';
import type { Device, Devices } from './devices.js';
import { draft } from './drafts.js';
import type { RowFlags } from './flags.js';
import { date, type Form, flag, holding, nullable, object, oneOf, optional, text, texts, timestamp } from './forms.js';
import type { BulkJobsAsked } from './inbox.js';
import { LIMITS } from './limits.js';
import type { Live } from './live.js';
import type { Membership } from './membership.js';
import type { Messages } from './messages.js';
import type { Opening } from './opening.js';
import type { ListSettings, Parley } from './parley.js';
import type { Blocks, Introduction, Me, People } from './people.js';
import type { EchoBoard, Posting } from './posting.js';
import type { Receipts } from './receipts.js';
import type { ChatSession } from './session.js';
import * as values from './valueForms.js';

/** Members of a list in one commit: Firestore was long limited to 500 writes. */
const PUT_AT_ONCE = 450;

const given = (name: string, form: Form): Argument => ({ name, form });

const ofCampaign = given('campaignId', values.campaignId);
const inChat = given('chatId', values.chatId);
const ofMessage = given('messageId', values.messageId);
const byPages = given('paging', values.paging);
const somebody = given('uid', values.uid);
const flags = given(
  'flags',
  object<RowFlags>({
    pinned: optional(flag),
    archived: optional(flag),
    markedUnread: optional(flag),
  }),
);

/** A call that returns a promise. */
const asking = <Asked extends Argument[]>(act: Act, ...asked: Asked) => ({ act: ACTS[act], asked });
/** A call that returns at once, and throws. */
const throwing = <Asked extends Argument[]>(act: Act, ...asked: Asked) =>
  ({ act: ACTS[act], asked, throws: true }) as const;

export const PARLEY: FormsOf<Parley> = {
  chats: throwing(
    'list',
    given(
      'settings',
      optional(
        object<ListSettings>({
          pageSize: optional(values.pageSize),
          confirmsDelivery: optional(flag),
        }),
      ),
    ),
  ),
  chat: throwing('read', inChat, byPages),
  received: asking('deliver', inChat, ofMessage),
  dashboard: throwing('work', given('serviceId', values.serviceId)),
};

export const ME: FormsOf<Me> = {
  answer: BY_CALLABLE,
  introduce: asking(
    'introduce',
    given(
      'introduction',
      object<Introduction>({
        displayName: values.displayName,
        photoUrl: optional(values.photoUrl),
        phone: optional(values.phone),
        email: optional(values.email),
        locale: optional(values.locale),
        timeZone: optional(values.timeZone),
        whoMayAddMe: optional(
          oneOf<NonNullable<User['whoMayAddMe']>>({ everyone: true, contacts: true, nobody: true }),
        ),
      }),
    ),
  ),
};

/** The sender of a message. A dashboard and the system are allowed, though they have no profile. */
const sender = given('uid', values.senderId);
export const PEOPLE: FormsOf<People> = { profile: asking('lookUp', sender), watch: throwing('lookUp', sender) };

export const BLOCKS: FormsOf<Blocks> = {
  block: asking('block', somebody),
  unblock: asking('unblock', somebody),
  isBlocked: asking('isBlocked', somebody),
};

const installed = given('installationId', values.installationId);
export const DEVICES: FormsOf<Devices> = {
  register: asking(
    'register',
    installed,
    given(
      'device',
      object<Device>({
        token: values.pushToken,
        kind: oneOf<PushDevice['kind']>({ fcmToken: true, fid: true }),
        platform: oneOf<PushDevice['platform']>({ ios: true, android: true, web: true }),
        locale: optional(values.locale),
      }),
    ),
  ),
  unregister: asking('unregister', installed),
  mute: asking('mute', inChat, given('until', nullable(date))),
  unmute: asking('unmute', inChat),
  hearMentions: asking(
    'hearMentions',
    given('when', oneOf<NonNullable<PushTokens['mentions']>>({ always: true, unlessMuted: true })),
  ),
};

export const OPENING: FormsOf<Opening> = {
  direct: asking('openDirect', somebody),
  case: BY_CALLABLE,
  group: BY_CALLABLE,
};

export const CHAT_LIST: FormsOf<ChatList, keyof Live<unknown>> = { flag: asking('flag', inChat, flags) };

export const CHAT_SESSION: FormsOf<ChatSession> = {
  reactions: throwing('lookAtReactions', ofMessage),
  members: throwing('list', byPages),
  flag: asking('flag', flags),
  report: BY_CALLABLE,
};

export type InnerOfMessages = keyof Live<unknown> | keyof EchoBoard;
export const MESSAGES: FormsOf<Messages, InnerOfMessages> = { find: asking('find', ofMessage) };

/** An emoji, or null to remove it. */
const emojiOrNone: Form = (value, place) => (value === null ? [] : values.emoji(value, place));

export const POSTING: FormsOf<Posting> = {
  send: throwing('send', given('draft', draft), given('id', optional(values.drawnId))),
  retry: throwing('send', given('id', values.messageId)),
  discard: throwing('send', given('id', values.messageId)),
  edit: asking('edit', ofMessage, given('body', values.body)),
  remove: asking('remove', ofMessage),
  react: asking('react', ofMessage, given('emoji', emojiOrNone)),
};

const message = given('message', holding({ createdAt: nullable(timestamp) }));
export const RECEIPTS: FormsOf<Receipts> = {
  shown: throwing('read', message),
  received: throwing('read', message),
};

export const MEMBERSHIP: FormsOf<Membership> = {
  add: BY_CALLABLE,
  remove: BY_CALLABLE,
  setRole: BY_CALLABLE,
  update: BY_CALLABLE,
};

export const DASHBOARD: FormsOf<Dashboard> = {
  ...VIEWS,
  findCases: BY_CALLABLE,
  updateCases: BY_CALLABLE,
  bulkJob: throwing('list', given('jobId', values.drawnId)),
  smsJob: throwing('list', given('jobId', values.drawnId)),
  retrySms: asking('retrySms', given('jobId', values.drawnId)),
  bulkJobs: throwing(
    'list',
    given(
      'asked',
      optional(object<BulkJobsAsked>({ createdBy: optional(values.senderId), pageSize: optional(values.pageSize) })),
    ),
  ),
  undoBulkJob: BY_CALLABLE,
  cancelBulkJob: BY_CALLABLE,
  openCases: throwing('list', byPages),
  cases: throwing('list', given('state', states), byPages),
  chat: throwing('read', inChat, byPages),
  notes: throwing('list', inChat, byPages),
  desk: throwing('read', inChat),
  audit: throwing('list', inChat, byPages),
  changes: RECORDS.changes,
  campaigns: throwing('list', byPages),
  campaign: throwing('list', ofCampaign),
  campaignJob: throwing('list', ofCampaign),
  sendCampaign: asking('sendCampaign', given('job', values.job)),
  command: asking(
    'commandCampaign',
    ofCampaign,
    given('command', oneOf<CampaignCommand>({ start: true, pause: true, resume: true, cancel: true })),
  ),
  previewCampaign: BY_CALLABLE,
  explainRecipient: BY_CALLABLE,
  exportCampaign: BY_CALLABLE,
  recipients: asking('lookUp', ofCampaign, given('userIds', texts(values.uid, LIMITS.CAMPAIGN_USER_IDS))),
  retryFailed: BY_CALLABLE,
  person: throwing('list', given('uid', values.uid)),
  findPeople: asking('lookUp', given('text', text(1_000, [], 0)), byPages),
  reports: throwing('list', byPages),
  people: throwing(
    'list',
    given(
      'settings',
      optional(object<PeopleSettings>({ pageSize: optional(values.pageSize), tag: optional(values.tag) })),
    ),
  ),
  consentHistory: throwing('list', given('uid', values.uid), byPages),
  receivedSms: RECORDS.receivedSms,
  batches: throwing('list', given('campaignId', values.campaignId), byPages),
  sendTest: BY_CALLABLE,
  campaignsOf: BY_CALLABLE,
  devicesOf: BY_CALLABLE,
  updateConsent: BY_CALLABLE,
  open: BY_CALLABLE,
  close: BY_CALLABLE,
  reopen: BY_CALLABLE,
  snooze: BY_CALLABLE,
  assign: BY_CALLABLE,
  claim: BY_CALLABLE,
  update: BY_CALLABLE,
  resolve: BY_CALLABLE,
  ban: BY_CALLABLE,
  banOf: throwing('list', given('uid', values.uid)),
  unban: BY_CALLABLE,
  updatePerson: BY_CALLABLE,
  makeList: asking('keepList', given('name', values.title)),
  putOnList: asking('keepList', given('listId', values.listId), given('userIds', texts(values.uid, PUT_AT_ONCE))),
  importPeople: BY_CALLABLE,
  updateService: BY_CALLABLE,
};
