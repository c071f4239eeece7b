/** A campaign while it is composed: what the form holds, what is still missing, and the job it makes. */
import { type Attachment, type CampaignJob, type CampaignStatus, LIMITS, type SendingWindow } from 'parley-client';
import { emptyQuery, filterOf, type Query, UnfinishedFilter, uidsOf } from './filters.js';

export type Kind = CampaignJob['kind'];
export type Channel = CampaignJob['channels'][number];

export interface Draft {
  name: string;
  kind: Kind;
  channels: Channel[];
  purpose: CampaignJob['purpose'];
  audience: { by: 'all' | 'where' | 'listId' | 'userIds'; query: Query; listId: string; userIds: string };
  title: string;
  body: string;
  attachments: Attachment[];
  chat: { title: string; topic: string; uniqueName: string };
  /** Times as `<input type="datetime-local">` holds them, in the author's zone. */
  startAt: string;
  expireAt: string;
  window: { isOn: boolean; from: string; to: string; timeZone: string };
  perMinute: number | '';
  fallbackMinutes: number | '';
}

export const newDraft: Draft = {
  name: '',
  kind: 'individual',
  channels: ['chat'],
  purpose: 'marketing',
  audience: { by: 'all', query: emptyQuery, listId: '', userIds: '' },
  title: '',
  body: '',
  attachments: [],
  chat: { title: '', topic: '', uniqueName: '' },
  startAt: '',
  expireAt: '',
  window: { isOn: false, from: '09:00', to: '20:00', timeZone: 'recipient' },
  perMinute: '',
  fallbackMinutes: '',
};

export const STEPS = ['kind', 'audience', 'message', 'time', 'check'] as const;
export type Step = (typeof STEPS)[number];

/** A thing to mend before the campaign can be previewed or sent. `text` is the key of its words. */
export interface Problem {
  step: Step;
  text: ProblemText;
  values?: Record<string, string | number>;
}

type ProblemText =
  | 'noName'
  | 'longName'
  | 'filterUnfinished'
  | 'noList'
  | 'noPeople'
  | 'tooManyPeople'
  | 'wrongPeople'
  | 'noBody'
  | 'longBody'
  | 'noGroupTitle'
  | 'expiresTooEarly'
  | 'expiredAlready'
  | 'noHours';

/** What is still missing or wrong, in the order of the steps. */
export function problemsOf(draft: Draft, now = new Date()): Problem[] {
  const found: Problem[] = [];
  const add = (step: Step, text: ProblemText, values?: Problem['values']): void => {
    found.push(values ? { step, text, values } : { step, text });
  };
  const name = draft.name.trim();
  if (!name) add('kind', 'noName');
  else if (name.length > LIMITS.CAMPAIGN_NAME) add('kind', 'longName', { limit: LIMITS.CAMPAIGN_NAME });
  if (draft.kind === 'group' && !draft.chat.title.trim()) add('kind', 'noGroupTitle');
  const audience = problemOfAudience(draft);
  if (audience) found.push(audience);
  const longest = isSmsOnly(draft) ? LIMITS.SMS_BODY : LIMITS.CHAT_BODY;
  if (!draft.body.trim()) add('message', 'noBody');
  else if (draft.body.length > LIMITS.CHAT_BODY) add('message', 'longBody', { limit: longest });
  const start = timeOf(draft.startAt) ?? now;
  const end = timeOf(draft.expireAt);
  if (end && end <= start) add('time', end <= now ? 'expiredAlready' : 'expiresTooEarly');
  const { isOn, from, to } = draft.window;
  if (isOn && (!from || !to || from === to)) add('time', 'noHours');
  return found;
}

function problemOfAudience({ audience }: Draft): Problem | undefined {
  const step = 'audience';
  switch (audience.by) {
    case 'all':
      return undefined;
    case 'listId':
      return audience.listId ? undefined : { step, text: 'noList' };
    case 'userIds': {
      const { uids, wrong } = uidsOf(audience.userIds);
      const [first] = wrong;
      if (first !== undefined) return { step, text: 'wrongPeople', values: { uid: first } };
      if (uids.length === 0) return { step, text: 'noPeople' };
      if (uids.length <= LIMITS.CAMPAIGN_USER_IDS) return undefined;
      return { step, text: 'tooManyPeople', values: { count: uids.length, limit: LIMITS.CAMPAIGN_USER_IDS } };
    }
    case 'where':
      try {
        filterOf(audience.query);
        return undefined;
      } catch (error) {
        if (error instanceof UnfinishedFilter) {
          return { step, text: 'filterUnfinished', values: { problem: error.problem, field: error.field } };
        }
        throw error;
      }
  }
}

export function isSmsOnly({ channels }: Draft): boolean {
  return channels.length === 1 && channels[0] === 'sms';
}

export function sendsSms({ channels }: Draft): boolean {
  return channels.includes('sms');
}

export function timeOf(text: string): Date | undefined {
  const date = new Date(text);
  return text && !Number.isNaN(date.getTime()) ? date : undefined;
}

/** A job as the client library takes it: it adds service, author and time. */
export interface Job extends Omit<CampaignJob, 'serviceId' | 'createdBy' | 'createdAt' | 'command' | 'schedule'> {
  schedule?: { startAt?: Date; expireAt?: Date; window?: SendingWindow };
}

/** The job of a draft without problems. */
export function jobOf(draft: Draft): Job {
  const { kind, channels, window, perMinute, fallbackMinutes } = draft;
  const start = timeOf(draft.startAt);
  const end = timeOf(draft.expireAt);
  const schedule = {
    ...(start && { startAt: start }),
    ...(end && { expireAt: end }),
    ...(window.isOn && { window: { from: window.from, to: window.to, timeZone: window.timeZone } }),
  };
  return {
    name: draft.name.trim(),
    kind,
    channels,
    purpose: draft.purpose,
    audience: audienceOf(draft),
    message: messageOf(draft),
    ...(kind === 'group' && { chat: chatOf(draft) }),
    ...(Object.keys(schedule).length > 0 && { schedule }),
    ...(perMinute !== '' && { throttle: { perMinute } }),
    ...(channels.length > 1 && fallbackMinutes !== '' && { fallback: { afterMinutes: fallbackMinutes } }),
  };
}

/** No SMS has a title or files. */
function messageOf(draft: Draft): Job['message'] {
  const { body, attachments } = draft;
  const title = draft.title.trim();
  if (isSmsOnly(draft)) return { body };
  return { body, ...(title && { title }), ...(attachments.length > 0 && { attachments }) };
}

function audienceOf({ audience }: Draft): Job['audience'] {
  switch (audience.by) {
    case 'all':
      return { all: true };
    case 'listId':
      return { listId: audience.listId };
    case 'userIds':
      return { userIds: uidsOf(audience.userIds).uids };
    case 'where':
      return { where: filterOf(audience.query) };
  }
}

function chatOf({ chat }: Draft): NonNullable<Job['chat']> {
  const { title, topic, uniqueName } = chat;
  return {
    title: title.trim(),
    ...(topic.trim() && { topic: topic.trim() }),
    ...(uniqueName.trim() && { uniqueName: uniqueName.trim() }),
  };
}

/** The job as `previewCampaign` takes it while something is missing: with words in place of what is not there yet. */
export function previewedJob(draft: Draft): Job {
  const filled: Draft = {
    ...draft,
    name: draft.name.trim().slice(0, LIMITS.CAMPAIGN_NAME) || '-',
    body: draft.body.trim() ? draft.body : '-',
    chat: { ...draft.chat, title: draft.chat.title.trim() || '-' },
  };
  return jobOf(filled);
}

/** The people of a new draft: by their ids, or by the list that they are on. */
export type AudienceToName = { userIds: readonly string[] } | { listId: string };

/** A draft that repeats a campaign for the people whom it did not reach; its times are past and stay behind. */
export function draftForUnreached(
  { name, kind }: CampaignStatus,
  audience: AudienceToName,
  job: CampaignJob | null,
): Draft {
  const { channels, purpose, message, chat, schedule, throttle, fallback } = job ?? {};
  return {
    ...newDraft,
    name: name.slice(0, LIMITS.CAMPAIGN_NAME),
    kind,
    channels: channels ?? newDraft.channels,
    purpose: purpose ?? newDraft.purpose,
    title: message?.title ?? '',
    body: message?.body ?? '',
    attachments: message?.attachments ?? [],
    chat: { ...newDraft.chat, ...chat },
    audience:
      'listId' in audience
        ? { ...newDraft.audience, by: 'listId', listId: audience.listId }
        : { ...newDraft.audience, by: 'userIds', userIds: audience.userIds.join('\n') },
    window: schedule?.window ? { isOn: true, ...schedule.window } : newDraft.window,
    perMinute: throttle?.perMinute ?? '',
    fallbackMinutes: fallback?.afterMinutes ?? '',
  };
}

/** Read a stored draft; what an older version of the page did not write has its default. */
export function readDraft(stored: Partial<Draft>): Draft {
  return {
    ...newDraft,
    ...stored,
    audience: { ...newDraft.audience, ...stored.audience },
    chat: { ...newDraft.chat, ...stored.chat },
    window: { ...newDraft.window, ...stored.window },
  };
}
