/**
 * What is about to be said, checked as the rules will check it, since they say no and no more: a
 * draft past the types would be told as refused for another reason. Pure.
 */
import type { Attachment, Message } from '../../../schema/exported/parley.js';
import { withoutUndefined } from './connection.js';
import { wrongArgument } from './errors.js';
import { LIMITS } from './limits.js';

/** What somebody is about to say. One of `body` and `attachments` is there; `attributes` is JSON in a string. */
export type Draft = Partial<Pick<Message, 'body' | 'attachments' | 'replyTo' | 'mentions' | 'attributes'>>;

const FIELDS = ['body', 'attachments', 'replyTo', 'mentions', 'attributes'] satisfies (keyof Draft)[];
const ATTACHMENT_FIELDS = ['path', 'contentType', 'size', 'name'] satisfies (keyof Attachment)[];

/** Of each of an attachment's texts; the last two are the rules' own. */
const ATTACHMENT_TEXTS = { path: LIMITS.ATTACHMENT_PATH, contentType: 128, name: 256 } as const;

/** A uid, as `NAME_PATTERN` of `schema/ids.py` has it: no word of ids, and nothing that cannot be a document's id. */
const NAME = /^(?!(?:service|broadcast|system|\.\.?|__[^/]*__)$)[^:/]{1,128}$/u;
const MESSAGE_ID = /^[^/]{1,256}$/u;

/** The draft without what is undefined; throws a `ParleyError` that names the field, the value and the limit. */
export function checkedDraft(draft: Draft, act: string): Draft {
  checkObject(act, 'draft', draft, FIELDS);
  const checked = withoutUndefined(draft);
  checkFields(act, '', checked, FIELDS);
  const { body, attachments = [], replyTo, mentions = [], attributes = '' } = checked;
  checkList(act, 'attachments', attachments, LIMITS.ATTACHMENTS);
  if (body !== undefined) checkText(act, 'body', body, LIMITS.CHAT_BODY);
  else if (attachments.length === 0) throw wrongArgument(act, 'body', 'must be there, since nothing is attached', body);
  attachments.forEach((each, index) => checkAttachment(act, `attachments.${index}`, each));
  if (replyTo !== undefined && !fits(replyTo, MESSAGE_ID)) {
    throw wrongArgument(act, 'replyTo', 'must be the id of a message', replyTo, '1 to 256 characters, no /');
  }
  checkList(act, 'mentions', mentions, LIMITS.MENTIONS);
  for (const each of mentions) {
    if (!fits(each, NAME)) {
      throw wrongArgument(act, 'mentions', 'must be uids', each, '1 to 128 characters, no : and no /, none reserved');
    }
  }
  if (typeof attributes !== 'string') {
    throw wrongArgument(act, 'attributes', 'must be JSON in a string, see JSON.stringify', attributes,
      LIMITS.MESSAGE_ATTRIBUTES);
  }
  if (attributes.length > LIMITS.MESSAGE_ATTRIBUTES) {
    throw wrongArgument(act, 'attributes', 'too long', attributes.length, LIMITS.MESSAGE_ATTRIBUTES);
  }
  return checked;
}

/** A text of at least one and at most `limit` UTF-16 code units. */
export function checkText(act: string, field: string, text: string, limit: number): void {
  if (typeof text !== 'string') throw wrongArgument(act, field, 'must be a string', text, limit);
  if (text.length === 0) throw wrongArgument(act, field, 'must not be empty', text, limit);
  if (text.length > limit) throw wrongArgument(act, field, 'too long', text.length, limit);
}

function checkAttachment(act: string, field: string, attachment: Attachment): void {
  checkObject(act, field, attachment, ATTACHMENT_FIELDS);
  checkFields(act, `${field}.`, attachment, ATTACHMENT_FIELDS);
  for (const [name, limit] of Object.entries(ATTACHMENT_TEXTS)) {
    const text = attachment[name as keyof typeof ATTACHMENT_TEXTS];
    checkText(act, `${field}.${name}`, text, limit);
    if (text.includes('\n')) throw wrongArgument(act, `${field}.${name}`, 'must be one line', text);
  }
  const { size } = attachment;
  if (!Number.isSafeInteger(size) || size < 0) {
    throw wrongArgument(act, `${field}.size`, 'must be a whole number of bytes', size);
  }
}

function checkObject(act: string, field: string, value: object, names: string[]): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw wrongArgument(act, field, 'must be an object', value, names.join(', '));
}

/** `prefix` is where the object stands. */
function checkFields(act: string, prefix: string, value: object, names: string[]): void {
  for (const [name, held] of Object.entries(value)) {
    if (!names.includes(name)) throw wrongArgument(act, `${prefix}${name}`, 'no such field', held, names.join(', '));
  }
}

function checkList(act: string, field: string, values: unknown[], limit: number): void {
  if (!Array.isArray(values)) throw wrongArgument(act, field, 'must be an array', values, limit);
  if (values.length > limit) throw wrongArgument(act, field, 'too many', values.length, limit);
}

/** A pattern alone would take 5 for '5'. */
function fits(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
