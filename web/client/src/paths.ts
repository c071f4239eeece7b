/**
 * Paths of documents, and ids. A chat's id says its kind: `a:b` is direct, `uid:service:id` a case,
 * `uid:broadcast:id` one-way, and any other a group.
 */
import type { Chat } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { check } from './checking.js';
import type { Form } from './forms.js';
import * as values from './valueForms.js';

export type ChatKind = Chat['kind'];

const ID_BYTES = 15;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Draw an id: 20 characters of `A-Za-z0-9_-`, 120 random bits. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array((ID_BYTES * 8) / 6));
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** Return the id of the direct chat of two people. A uid with `:` or `/` is refused. */
export function directChatId(uid: string, otherUid: string): string {
  fits(values.uid, { uid, otherUid });
  return [uid, otherUid].sort().join(':');
}

export function caseChatId(uid: string, serviceId: string): string {
  fits(values.uid, { uid });
  return `${uid}:${serviceMember(serviceId)}`;
}

/** Return the member id of a dashboard, as which its staff speak. */
export function serviceMember(serviceId: string): string {
  fits(values.serviceId, { serviceId });
  return `service:${serviceId}`;
}

export function kindOf(chatId: string): ChatKind {
  const parts = chatId.split(':');
  if (parts.length === 1) return 'group';
  if (parts.length === 2) return 'direct';
  return parts[1] === 'service' ? 'case' : 'broadcast';
}

/** Return the other person of a direct chat. */
export function otherOf(chatId: string, uid: string): string {
  fits(values.uid, { uid });
  const [first = '', second = ''] = chatId.split(':');
  return first === uid ? second : first;
}

/**
 * Return the path of an attachment in Cloud Storage, which is also its `path`. Members of the chat
 * can read the file; only its uploader can delete it. A file has up to `LIMITS.ATTACHMENT_BYTES`, and
 * an id of up to 64 letters, digits, `.`, `_` and `-`.
 */
export function attachmentPath(chatId: string, uid: string, fileId = newId()): string {
  fits(values.chatId, { chatId });
  fits(values.uid, { uid });
  fits(values.fileId, { fileId });
  return `attachments/${chatId}/${uid}/${fileId}`;
}

function fits(form: Form, given: Record<string, string>): void {
  check(
    ACTS.makeId,
    Object.keys(given).map((name) => ({ name, form })),
    Object.values(given),
  );
}

export const paths = {
  user: (uid: string) => `users/${uid}`,
  profile: (uid: string) => `profiles/${uid}`,
  blocked: (uid: string) => `userBlocks/${uid}/blocked`,
  chat: (chatId: string) => `chats/${chatId}`,
  service: (serviceId: string) => `services/${serviceId}`,
  staff: (serviceId: string) => `services/${serviceId}/staff`,
  serviceUsers: (serviceId: string) => `services/${serviceId}/users`,
  consentHistory: (serviceId: string, uid: string) => `services/${serviceId}/users/${uid}/consentHistory`,
  inboundSms: (serviceId: string) => `services/${serviceId}/inboundSms`,
  chats: 'chats',
  audit: (chatId: string) => `chats/${chatId}/audit`,
  serviceAudit: (serviceId: string) => `services/${serviceId}/audit`,
  notes: (chatId: string) => `chats/${chatId}/notes`,
  desk: (chatId: string) => `chats/${chatId}/desk`,
  cannedAnswers: (serviceId: string) => `services/${serviceId}/cannedAnswers`,
  savedViews: (serviceId: string) => `services/${serviceId}/savedViews`,
  bulkJobs: (serviceId: string) => `services/${serviceId}/bulkJobs`,
  campaignDrafts: (serviceId: string) => `services/${serviceId}/campaignDrafts`,
  distributionLists: (serviceId: string) => `services/${serviceId}/distributionLists`,
  members: (chatId: string) => `chats/${chatId}/members`,
  messages: (chatId: string) => `chatMessages/${chatId}/messages`,
  message: (chatId: string, messageId: string) => `chatMessages/${chatId}/messages/${messageId}`,
  reactions: (chatId: string, messageId: string) => `chatMessages/${chatId}/messages/${messageId}/reactions`,
  outbox: (chatId: string, messageId: string) => `messageQueue/${chatId}:${messageId}`,
  receipts: (chatId: string) => `chatReadReceipts/${chatId}/members`,
  typing: (chatId: string) => `chatTypingIndicators/${chatId}/members`,
  rows: (memberId: string) => `userChats/${memberId}/chats`,
  row: (memberId: string, chatId: string) => `userChats/${memberId}/chats/${chatId}`,
  campaignJob: (campaignId: string) => `campaignQueue/${campaignId}`,
  campaignStatus: (campaignId: string) => `campaignStatus/${campaignId}`,
  ban: (uid: string) => `bans/${uid}`,
  smsJob: (jobId: string) => `nonChatSMSQueue/${jobId}`,
  campaignStatuses: 'campaignStatus',
  reports: 'reports',
  deadLetters: 'deadLetters',
  batches: (campaignId: string) => `campaignStatus/${campaignId}/batches`,
  pushTokens: (uid: string) => `userPushTokens/${uid}`,
};
