/** The forms of the values that Parley knows: ids, addresses, texts, maps. Patterns and limits are the schema's. */
import type { Attachment, SavedView } from '../../../schema/exported/parley.js';
import { PATTERNS } from '../../../schema/exported/parley.js';
import { wrongField } from './errors.js';
import {
  type Form,
  LINE,
  ONE_LINE,
  object,
  objects,
  oneOf,
  optional,
  SHOWN,
  text,
  texts,
  textThat,
  wholeNumber,
} from './forms.js';
import { LIMITS } from './limits.js';

const UID = new RegExp(PATTERNS.uid, 'u');
const DOCUMENT_ID = new RegExp(PATTERNS.documentId, 'u');
const DRAWN_ID = new RegExp(PATTERNS.drawnId, 'u');
const PHONE = new RegExp(PATTERNS.phone, 'u');

const NAME_LIMIT = '1 to 128 characters, no : and no /, none reserved';
const ID_LIMIT = '1 to 300 characters, no /';
/** The longest is a broadcast chat's: two names of 128 and `:broadcast:`. */
const ID_LENGTH = /^[\s\S]{1,300}$/u;

function isName(value: string): boolean {
  return UID.test(value);
}

function isDocumentId(value: string): boolean {
  return ID_LENGTH.test(value) && DOCUMENT_ID.test(value);
}

/** `a:b`, `uid:service:id`, `uid:broadcast:id`, or a group's, which has no `:`. */
function isChatId(value: string): boolean {
  const [one = '', other = '', third, ...more] = value.split(':');
  if (!isDocumentId(value) || more.length > 0) return false;
  if (third !== undefined) return isName(one) && isName(third) && (other === 'service' || other === 'broadcast');
  return !value.includes(':') || (isName(one) && isName(other));
}

/** Chat ids are joined from uids, so a uid must not contain `:` or `/`. */
export const uid = textThat(isName, 'a uid', NAME_LIMIT);
export const serviceId = textThat(isName, 'the id of a service', NAME_LIMIT);
export const memberId = textThat(
  (value) => isName(value.replace(/^service:/, '')),
  'a uid or service:{serviceId}',
  NAME_LIMIT,
);
/** The sender of a message. */
export const senderId = textThat(
  (value) => value === 'system' || isName(value.replace(/^service:/, '')),
  'a uid, service:{serviceId} or system',
  NAME_LIMIT,
);
export const chatId = textThat(isChatId, 'the id of a chat', `${ID_LIMIT}; the uids in it without :`);
export const messageId = textThat((value) => isDocumentId(value), 'the id of a message', ID_LIMIT);
export const letterId = textThat((value) => /^[0-9a-f]{32}$/.test(value), 'the id of a dead letter', '32 hex digits');
export const reportId = textThat((value) => /^[0-9a-f]{32}$/.test(value), 'the id of a report', '32 hex digits');
export const installationId = textThat(
  (value) => DRAWN_ID.test(value),
  'the id of an installation',
  '1 to 64 of A-Z, a-z, 0-9, _ and -',
);
export const campaignId = textThat(
  (value) => DRAWN_ID.test(value),
  'the id of a campaign',
  '1 to 64 of A-Z, a-z, 0-9, _ and -',
);
/** A campaign; the rules and the server look at its fields. */
export const job: Form = (value, { name }) =>
  typeof value === 'object' && value !== null ? [] : [wrongField(name, 'must be an object', value)];
export const fileId = textThat(
  (value) => /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(value),
  'the id of a file',
  '1 to 64 letters, digits, ., _ and -, no . at first',
);

export const listId = textThat(
  (value) => DRAWN_ID.test(value),
  'the id of a list',
  '1 to 64 letters, digits, hyphens or underscores',
);
export const drawnId = textThat((value) => DRAWN_ID.test(value), 'an id', '1 to 64 of A-Z, a-z, 0-9, _ and -');
/** Of a new bulk job: it leaves room for the id of the job that takes it back. */
export const bulkJobId = textThat(
  (value) => DRAWN_ID.test(value) && value.length <= LIMITS.BULK_JOB_ID,
  'an id',
  `1 to ${LIMITS.BULK_JOB_ID} of A-Z, a-z, 0-9, _ and -`,
);
export const note = text(LIMITS.NOTE, [{ ...SHOWN, limit: LIMITS.NOTE }]);
export const displayName = text(LIMITS.DISPLAY_NAME, [SHOWN, LINE]);
/** A step of a path in Storage. */
const STEP = '[^\\x00-\\x20\\x7f:/\\\\.][^\\x00-\\x20\\x7f:/\\\\]*';
const PHOTO_URL = new RegExp(`^(?:https://[^\\x00-\\x20\\x7f]+|${STEP}(?:/${STEP})+)$`, 'u');
export const photoUrl = text(LIMITS.PHOTO_URL, [
  {
    isMet: (value) => PHOTO_URL.test(value),
    message: 'must begin https:// or be a path in Storage',
  },
]);
export const title = text(LIMITS.CHAT_TITLE, [SHOWN, LINE]);
export const topic = text(LIMITS.CHAT_TOPIC, [], 0);
export const uniqueName = text(LIMITS.UNIQUE_NAME);
export const tag = text(LIMITS.TAG, [SHOWN]);
export const comment = text(LIMITS.REPORT_TEXT, [SHOWN]);
export const pushToken = text(LIMITS.PUSH_TOKEN, [SHOWN]);
export const body = text(LIMITS.CHAT_BODY, [{ ...SHOWN, limit: LIMITS.CHAT_BODY }]);

/** Signs, with the marks and joiners of which emoji are put together. */
const SIGNS = new RegExp(
  [
    '^[\\p{Nd}\\p{No}\\p{P}\\p{S}\\u200d\\u20a0-\\u20ff\\u2139\\u2190-\\u2bff\\ufe00-\\ufe0f',
    '\\u{1f000}-\\u{1fbff}\\u{e0020}-\\u{e007f}]*$',
  ].join(''),
  'u',
);
/** Signs that are letters all the same: Braille, radicals, letters in a circle, in brackets or in a square. */
const LETTERS = new RegExp(
  [
    '[\\u249c-\\u24c1\\u24c3-\\u24e9\\u2800-\\u28ff\\u2e80-\\u2fdf\\u3190-\\u319f\\u3200-\\u3247\\u3250',
    '\\u3260-\\u3296\\u3298\\u329a-\\u32b0\\u32c0-\\u33ff\\u{1d800}-\\u{1daaf}\\u{1f110}-\\u{1f16f}\\u{1f172}-\\u{1f17d}',
    '\\u{1f180}-\\u{1f18d}\\u{1f18f}\\u{1f190}\\u{1f19b}-\\u{1f1ac}\\u{1f200}\\u{1f210}-\\u{1f219}\\u{1f21b}-\\u{1f22e}',
    '\\u{1f230}\\u{1f231}\\u{1f23b}-\\u{1f248}]',
  ].join(''),
  'u',
);

export const emoji = text(LIMITS.REACTION, [
  SHOWN,
  {
    isMet: (value) => SIGNS.test(value) && !LETTERS.test(value),
    message: 'must be an emoji',
    limit: `${LIMITS.REACTION}, no letter and no white space`,
  },
]);

export const phone = textThat((value) => PHONE.test(value), 'a phone number in E.164', 'such as +4915112345678');
export const email = text(LIMITS.EMAIL, [
  {
    isMet: (value) => /^[^@\s,;<>]+@[^@\s,;<>]+$/.test(value),
    message: 'must be one address',
  },
]);

/** RFC 5646, 2.1: a language tag, or one for private use or of those registered before. */
const LANGUAGE_TAG = new RegExp(
  [
    '^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})',
    '(?:-[a-z]{4})?',
    '(?:-(?:[a-z]{2}|[0-9]{3}))?',
    '(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*',
    '(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*',
    '(?:-x(?:-[a-z0-9]{1,8})+)?',
    '|[ix](?:-[a-z0-9]{1,8})+|en-gb-oed|sgn-[a-z]{2}-[a-z]{2})$',
  ].join(''),
  'i',
);
export const locale = text(LIMITS.LOCALE, [
  {
    isMet: (value) => LANGUAGE_TAG.test(value),
    message: 'must be a BCP 47 language tag',
    limit: 'such as en-US',
  },
]);

export const timeZone = textThat(
  (value) => value.length <= LIMITS.TIME_ZONE && isTimeZone(value),
  'the IANA name of a time zone',
  'such as Europe/Berlin',
);

function isTimeZone(value: string): boolean {
  // Newer engines take an offset for a zone.
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions();
    // Engines take any case, and the server takes names as the IANA writes them.
    return known === value || known.toLowerCase() !== value.toLowerCase();
  } catch {
    return false;
  }
}

export const replyTo = textThat(
  (value) => /^[^/]{1,256}$/u.test(value),
  'the id of a message',
  '1 to 256 characters, no /',
);
export const mentions = texts(uid, LIMITS.MENTIONS);
/** JSON in a string. */
export const messageAttributes: Form = (value, place) =>
  typeof value === 'string'
    ? text(LIMITS.MESSAGE_ATTRIBUTES, [], 0)(value, place)
    : [wrongField(place.name, 'must be JSON in a string, see JSON.stringify', value, LIMITS.MESSAGE_ATTRIBUTES)];

export const attachments = objects(
  object<Attachment>({
    path: text(LIMITS.ATTACHMENT_PATH, [ONE_LINE]),
    contentType: text(LIMITS.ATTACHMENT_TYPE, [ONE_LINE]),
    size: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a whole number of bytes'),
    name: text(LIMITS.ATTACHMENT_NAME, [LINE]),
  }),
  LIMITS.ATTACHMENTS,
);

export const pageSize = wholeNumber(1, 10_000);
export const paging = optional(object<{ pageSize?: number }>({ pageSize: optional(pageSize) }));

export const viewNames = oneOf<NonNullable<SavedView['view']>>({
  mine: true,
  unassigned: true,
  unread: true,
  unanswered: true,
  open: true,
  snoozed: true,
  closed: true,
  all: true,
});
