/** What is about to be said, checked as the rules will check it, since they say no and no more. Pure. */
import type { Attachment, Message } from '../../../schema/exported/parley.js';
import { withoutUndefined } from './connection.js';
import { wrongArgument } from './errors.js';
import { LIMITS } from './limits.js';

/** What somebody is about to say. One of `body` and `attachments` is there. */
export type Draft = Partial<Pick<Message, 'body' | 'attachments' | 'replyTo' | 'mentions' | 'attributes'>>;

/** Of each of an attachment's texts; the last two are the rules' own. */
const ATTACHMENT_TEXTS = { path: LIMITS.ATTACHMENT_PATH, contentType: 128, name: 256 } as const;

const NAME = /^[^:/\s]{1,128}$/;
const MESSAGE_ID = /^[^/]{1,256}$/;

/** The draft without what is undefined; throws a `ParleyError` that names the field and the limit. */
export function checkedDraft(draft: Draft, act: string): Draft {
  const checked = withoutUndefined(draft);
  const { body, attachments = [], replyTo, mentions = [], attributes = '' } = checked;
  if (body !== undefined) checkText(act, 'body', body, LIMITS.CHAT_BODY);
  else if (attachments.length === 0) throw wrongArgument(act, 'body', 'say something, or attach something', body);
  if (attachments.length > LIMITS.ATTACHMENTS) {
    throw wrongArgument(act, 'attachments', 'too many', attachments.length, LIMITS.ATTACHMENTS);
  }
  attachments.forEach((each, index) => checkAttachment(act, `attachments.${index}`, each));
  if (replyTo !== undefined && !MESSAGE_ID.test(replyTo)) {
    throw wrongArgument(act, 'replyTo', 'must be the id of a message', replyTo);
  }
  if (mentions.length > LIMITS.MENTIONS) {
    throw wrongArgument(act, 'mentions', 'too many', mentions.length, LIMITS.MENTIONS);
  }
  const stranger = mentions.find((each) => !NAME.test(each));
  if (stranger !== undefined) throw wrongArgument(act, 'mentions', 'must be uids', stranger);
  if (attributes.length > LIMITS.MESSAGE_ATTRIBUTES) {
    throw wrongArgument(act, 'attributes', 'too long', attributes.length, LIMITS.MESSAGE_ATTRIBUTES);
  }
  return checked;
}

/** A text of at least one and at most `limit` UTF-16 code units. */
export function checkText(act: string, field: string, text: string, limit: number): void {
  if (text.length === 0) throw wrongArgument(act, field, 'must not be empty', text, limit);
  if (text.length > limit) throw wrongArgument(act, field, 'too long', text.length, limit);
}

function checkAttachment(act: string, field: string, attachment: Attachment): void {
  for (const [name, limit] of Object.entries(ATTACHMENT_TEXTS)) {
    checkText(act, `${field}.${name}`, attachment[name as keyof typeof ATTACHMENT_TEXTS], limit);
  }
  const { size } = attachment;
  if (!Number.isInteger(size) || size < 0) {
    throw wrongArgument(act, `${field}.size`, 'must be a whole number of bytes', size);
  }
}
