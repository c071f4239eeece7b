/** The request of each callable, as in `parley/domain/requests.py`. A test compares the two. */
import type {
  Chat,
  ConsentChange,
  Member,
  PushSettings,
  ReportReason,
  ReportResolution,
  SendingWindow,
  Service,
} from '../../../schema/exported/parley.js';
import type { Calls, CasesChanges } from './calls.js';
import {
  campaignsOf,
  explainRecipient,
  exportCampaign,
  previewCampaign,
  retryFailed,
  sendTest,
} from './campaignForms.js';
import { casesToChange, findCases, states } from './caseForms.js';
import { type WrongField, wrongField } from './errors.js';
import {
  date,
  type Form,
  flag,
  isObject,
  nullable,
  object,
  oneOf,
  optional,
  text,
  texts,
  textThat,
  wholeNumber,
} from './forms.js';
import { LIMITS } from './limits.js';
import { map } from './maps.js';
import { reconcile, redriveDeadLetters } from './operationsForms.js';
import { budgets, emailSettings, frequencyCap, serviceLimits, smsSettings } from './serviceForms.js';
import {
  bulkJobId,
  chatId,
  comment,
  displayName,
  drawnId,
  listId,
  memberId,
  messageId,
  reportId,
  serviceId,
  tag,
  timeZone,
  title,
  topic,
  uid,
  uniqueName,
} from './valueForms.js';

const roles = oneOf<Member['role']>({ owner: true, admin: true, member: true });
const histories = oneOf<NonNullable<Chat['historyFor']>>({ members: true, sinceJoined: true });
const casePolicies = oneOf<NonNullable<Service['casePolicy']>>({ everyone: true, users: true });
const reasons = oneOf<ReportReason>({
  spam: true,
  harassment: true,
  hate: true,
  violence: true,
  sexual: true,
  selfHarm: true,
  fraud: true,
  illegal: true,
  other: true,
});
const channels = oneOf<ConsentChange['channel']>({ chat: true, push: true, sms: true, email: true });
const purposes = oneOf<ConsentChange['purpose']>({ marketing: true, transactional: true });
const resolutions = oneOf<ReportResolution>({ upheld: true, dismissed: true });

const clockTime = textThat(
  (value) => /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/.test(value),
  'a time of day',
  'such as 09:00',
);
const zone: Form = (value, place) => (value === 'recipient' ? [] : timeZone(value, place));
const window = object<SendingWindow>({ from: clockTime, to: clockTime, timeZone: zone }, ({ from, to }, { name }) =>
  from === to ? [wrongField(name, "'from' and 'to' must differ", from)] : [],
);
const webhook = text(LIMITS.WEBHOOK, [
  {
    isMet: (value) => /^https:\/\/[^\s]+$/.test(value),
    message: 'must be an address that begins https://',
  },
]);
const sound = text(LIMITS.PUSH_SOUND, [
  {
    isMet: (value) => /^[A-Za-z0-9_-][A-Za-z0-9_. -]*$/.test(value),
    message: "must be 'default' or the name of a sound file in the app",
  },
]);
const addPolicies = oneOf<NonNullable<Service['addPolicy']>>({ invite: true, open: true });
const push = object<PushSettings>({ sound: nullable(sound), mutableContent: optional(flag) });

const csv = textThat(
  (value) => new TextEncoder().encode(value).length <= LIMITS.IMPORT_ARGUMENT_BYTES,
  'a CSV file',
  `up to ${LIMITS.IMPORT_ARGUMENT_BYTES} bytes; upload a larger one`,
);
const mapping: Form = (value, { name }) => {
  const isFit =
    isObject(value) &&
    Object.keys(value).length <= LIMITS.IMPORT_COLUMNS &&
    Object.values(value).every((field) => typeof field === 'string');
  return isFit ? [] : [wrongField(name, 'must be an object of texts', value, LIMITS.IMPORT_COLUMNS)];
};

function isOneFile({ serviceId: service, csv: content, path }: Asked<'importPeople'>): WrongField[] {
  const isNamed = path !== undefined && path !== null;
  if (isNamed === (content !== undefined && content !== null)) {
    return [wrongField('path', 'must name either csv or path', path)];
  }
  const prefix = `imports/${service}/`;
  const parts = isNamed ? path.slice(prefix.length).split('/') : [];
  const isInside = !isNamed || (path.startsWith(prefix) && !parts.some((part) => ['', '.', '..'].includes(part)));
  return isInside ? [] : [wrongField('path', 'must be a file of the service', path, prefix)];
}

/** Fields that identify the chat, service or person, and change nothing. */
const NAMING: ReadonlySet<string> = new Set(['chatId', 'serviceId', 'userId', 'untilReply', 'expectedAssigneeId']);

/** Require a field to change, as the server does. */
function changes<T extends object>(
  fields: { [Field in keyof T]-?: Form },
  clearable: (keyof T & string)[] = [],
  more: (value: T, place: Parameters<Form>[1]) => WrongField[] = () => [],
): Form {
  const names = Object.keys(fields).filter((name) => !NAMING.has(name));
  return object<T>(fields, (value, place) => {
    const isNamed = names.some((name) => {
      const held = value[name as keyof T];
      return held !== undefined && (held !== null || clearable.includes(name as keyof T & string));
    });
    return isNamed
      ? more(value, place)
      : [wrongField(place.name, 'must name something to change', value, names.join(', '))];
  });
}

type Asked<Name extends keyof Calls> = Calls[Name]['asked'];

const yes: Form = (value, { name }) => (value === true ? [] : [wrongField(name, 'must be true', value)]);

function sleepsAndExpects(asked: Asked<'updateCase'>): WrongField[] {
  const { assigneeId, expectedAssigneeId } = asked;
  if (expectedAssigneeId !== undefined && assigneeId === undefined) {
    return [wrongField('expectedAssigneeId', 'goes with assigneeId', expectedAssigneeId)];
  }
  return sleepsUntilATime(asked);
}

function sleepsUntilATime({ state, snoozedUntil, untilReply }: CasesChanges | Asked<'updateCase'>): WrongField[] {
  if (untilReply && (state !== 'snoozed' || snoozedUntil)) {
    return [wrongField('untilReply', 'goes with state snoozed, and without snoozedUntil', untilReply)];
  }
  if (state === 'snoozed' && !snoozedUntil && !untilReply) {
    return [wrongField('snoozedUntil', 'must say until when it is snoozed', snoozedUntil)];
  }
  const isAwake = state === 'open' || state === 'closed';
  return isAwake && snoozedUntil ? [wrongField('snoozedUntil', 'goes with state snoozed alone', snoozedUntil)] : [];
}

const casesChanges = changes<CasesChanges>(
  {
    state: nullable(states),
    snoozedUntil: nullable(date),
    untilReply: nullable(yes),
    assigneeId: nullable(uid),
  },
  ['assigneeId'],
  sleepsUntilATime,
);

export const CALLABLES: { [Name in keyof Calls]: Form } = {
  openDirectChat: object<Asked<'openDirectChat'>>({ userId: uid }),
  openCaseChat: object<Asked<'openCaseChat'>>({ serviceId, userId: nullable(uid) }),
  createGroupChat: object<Asked<'createGroupChat'>>({
    title,
    userIds: texts(uid, LIMITS.MEMBERS_PER_CALL),
    topic: nullable(topic),
    uniqueName: nullable(uniqueName),
    attributes: nullable(map),
    historyFor: nullable(histories),
  }),
  addMembers: object<Asked<'addMembers'>>({ chatId, userIds: texts(uid, LIMITS.MEMBERS_PER_CALL, 1) }),
  acceptInvite: object<Asked<'acceptInvite'>>({ chatId }),
  declineInvite: object<Asked<'declineInvite'>>({ chatId }),
  removeMember: object<Asked<'removeMember'>>({ chatId, userId: memberId }),
  setRole: object<Asked<'setRole'>>({ chatId, userId: memberId, role: roles }),
  updateChat: changes<Asked<'updateChat'>>({
    chatId,
    title: nullable(title),
    topic: nullable(topic),
    attributes: nullable(map),
    historyFor: nullable(histories),
    slowModeSeconds: nullable(wholeNumber(0, LIMITS.SLOW_MODE_SECONDS)),
  }),
  leaveChat: object<Asked<'leaveChat'>>({ chatId, as: nullable(oneOf<'service'>({ service: true })) }),
  updateCase: changes<Asked<'updateCase'>>(
    {
      chatId,
      state: nullable(states),
      snoozedUntil: nullable(date),
      untilReply: nullable(yes),
      assigneeId: nullable(uid),
      expectedAssigneeId: nullable(uid),
    },
    ['assigneeId'],
    sleepsAndExpects,
  ),
  findCases,
  updateCases: object<Asked<'updateCases'>>({
    serviceId,
    cases: casesToChange,
    changes: casesChanges,
    jobId: nullable(bulkJobId),
  }),
  undoBulkJob: object<Asked<'undoBulkJob'>>({ serviceId, jobId: drawnId }),
  cancelBulkJob: object<Asked<'cancelBulkJob'>>({ serviceId, jobId: drawnId }),
  updateServiceUser: changes<Asked<'updateServiceUser'>>({
    serviceId,
    userId: uid,
    attributes: nullable(map),
    tags: nullable(texts(tag, LIMITS.USER_TAGS)),
  }),
  updateConsent: object<Asked<'updateConsent'>>({
    serviceId,
    channel: channels,
    purpose: purposes,
    granted: flag,
    userId: nullable(uid),
  }),
  importPeople: object<Asked<'importPeople'>>(
    {
      serviceId,
      csv: nullable(csv),
      path: nullable(text(LIMITS.IMPORT_PATH)),
      mapping: nullable(mapping),
      dryRun: optional(flag),
      listId: nullable(listId),
    },
    isOneFile,
  ),
  updateService: changes<Asked<'updateService'>>(
    {
      serviceId,
      name: nullable(displayName),
      webhook: nullable(webhook),
      window: nullable(window),
      retentionDays: nullable(wholeNumber(1, LIMITS.RETENTION_DAYS)),
      frequencyCap: nullable(frequencyCap),
      budgets: nullable(budgets),
      sms: nullable(smsSettings),
      email: nullable(emailSettings),
      push: nullable(push),
      casePolicy: nullable(casePolicies),
      addPolicy: nullable(addPolicies),
      limits: nullable(serviceLimits),
    },
    [
      'webhook',
      'window',
      'retentionDays',
      'frequencyCap',
      'budgets',
      'sms',
      'email',
      'push',
      'casePolicy',
      'addPolicy',
      'limits',
    ],
  ),
  reportMessage: object<Asked<'reportMessage'>>({ chatId, messageId, reason: reasons, comment: nullable(comment) }),
  previewCampaign,
  explainRecipient,
  exportCampaign,
  retryFailed,
  sendTest,
  campaignsOf,
  devicesOf: object<Asked<'devicesOf'>>({ serviceId, userId: uid }),
  getHealth: object<Asked<'getHealth'>>({}),
  redriveDeadLetters,
  reconcile,
  banUser: object<Asked<'banUser'>>({ userId: uid, until: nullable(date), reason: comment }),
  unbanUser: object<Asked<'unbanUser'>>({ userId: uid }),
  resolveReport: object<Asked<'resolveReport'>>({ reportId, resolution: resolutions, note: nullable(comment) }),
};
