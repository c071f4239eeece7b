/** The error of the library: what was tried, why it failed, and the way out. */
import type { CallableReason } from '../../../schema/exported/parley.js';

/** Why something failed: the callables' closed list, and what the library finds out itself. */
export type Reason =
  | CallableReason
  | 'refused'
  | 'unavailable'
  | 'closed'
  | 'mayNotPost'
  | 'mutedInChat'
  | 'oneWayChat'
  | 'notTheSender'
  | 'deletedMessage'
  | 'notListed'
  | 'tooManyDevices';

/** The reason in words, where the server gave none, and the way out. */
const EXPLAINED: Record<Reason, readonly [why: string, wayOut: string]> = {
  unauthenticated: ['nobody is signed in', 'Sign in, and make a new Parley for that person.'],
  invalidArgument: ['a value is missing, of a wrong type, or over its limit', 'Correct the fields named in `fields`.'],
  selfChat: ['a direct chat needs somebody else', 'Give the uid of another person.'],
  blocked: ['the other person takes no messages from you', 'Nothing arrives until they lift the block.'],
  notStaff: ['your role in this service does not allow it', "Ask an owner of the service for the role 'agent'."],
  unknownService: ['there is no such service', 'Check the service id.'],
  unknownUser: ['there is no such person', 'Check the uid.'],
  uniqueNameTaken: ['a group that you have left has this unique name', 'Choose another one.'],
  unknownChat: ['there is no such chat', 'Open it first.'],
  wrongKind: ['it is not for this kind of chat', 'Ask it of a chat of another kind.'],
  notAMember: ['you are not, or no longer, a member of this chat', 'Ask an owner or admin of the chat to add you.'],
  notAllowed: ['your role in this chat does not allow it', 'Ask an owner or admin of the chat.'],
  lastOwner: ['the chat would have no owner', 'Make somebody else owner first, or leave.'],
  notSnoozed: ['the case is not snoozed', "Send the state 'snoozed' with the time."],
  alreadyAssigned: ['somebody else has this case by now', 'Look at it again, or assign it without asking who has it.'],
  pastTime: ['the time is past', 'Give a time ahead.'],
  unknownMessage: ['there is no such message', 'Check the message id.'],
  ownMessage: ['it is your own message', 'Delete it instead.'],
  systemMessage: ['nobody has written this message', 'Report the message of a person.'],
  tooManyReports: ['you have reported many messages in a short time', 'Try again later.'],
  unknownReport: ['there is no such report', 'Check the report id.'],
  unknownCampaign: ['there is no such campaign', 'Check the campaign id.'],
  unknownJob: ['there is no such job', 'Check the job id.'],
  banned: ['this account is banned', 'Write to the people who run this app.'],
  wrongState: ['the campaign is over', 'Write a new campaign.'],
  unknownList: ['there is no such list of people', 'Check the list id, and that the list has no filter.'],
  unknownFile: ['there is no such file', 'Upload it, and give its path.'],
  unreadableFile: ['the file cannot be read', 'Correct what the message names, and import it again.'],
  optedOut: ['they opted out by SMS', 'Only they end that, by sending START to the number they opted out of.'],
  tooMany: ['you did too much in a short time', 'Try again after `retryAfter` seconds.'],
  contended: ['others are changing it at this moment', 'Try again.'],
  internal: ['something went wrong on the server', 'Try again; if it stays so, tell whoever runs the service.'],
  refused: [
    'the rules do not allow it',
    'It will be refused again; see "What is refused" in docs/reference/client-contract.md.',
  ],
  unavailable: ['the server cannot be reached', 'Try again when there is a connection.'],
  closed: ['it was closed', 'Open it again.'],
  mayNotPost: ['you may read in this chat, and not write', 'Ask an owner or admin of the chat.'],
  mutedInChat: ['you are muted in this chat', 'Try again when that time has passed.'],
  oneWayChat: ['nobody reads answers in this chat', 'Open a case with the service.'],
  notTheSender: ['only its sender changes a message', 'Reply to it.'],
  deletedMessage: ['the message was deleted', 'Send a new one.'],
  notListed: ['the chat is not in this list yet', 'Wait for its first message.'],
  tooManyDevices: ['20 devices are registered already', 'Unregister one of them.'],
};

const PASSING: ReadonlySet<Reason> = new Set<Reason>(['unavailable', 'tooMany', 'contended', 'internal']);

/** The reason for a status that comes without one. */
const BY_CODE: Record<string, Reason> = {
  'permission-denied': 'refused',
  unauthenticated: 'unauthenticated',
  'invalid-argument': 'invalidArgument',
  unavailable: 'unavailable',
  'deadline-exceeded': 'unavailable',
  'resource-exhausted': 'unavailable',
  cancelled: 'unavailable',
  aborted: 'contended',
  // The SDK's status for a function that it could not reach. A fault inside one has a reason.
  'functions/internal': 'unavailable',
};

/** One wrong argument. */
export interface WrongField {
  field: string;
  message: string;
  /** The given value, shortened. */
  value?: string;
  limit?: number | string;
}

interface About {
  act: string;
  reason: Reason;
  code?: string;
  why?: string | undefined;
  wayOut?: string | undefined;
  fields?: WrongField[] | undefined;
  retryAfter?: number | undefined;
  about?: Record<string, string> | undefined;
  cause?: unknown;
}

/** Every promise of the library rejects with this error, and it ends a `Live` value. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  /** What was tried, for people: "send a message". */
  readonly act: string;
  readonly reason: Reason;
  readonly why: string;
  readonly wayOut: string;
  /** The status of Firestore or the callable: `permission-denied`, `unavailable`, ... */
  readonly code: string;
  /** The wrong arguments, if they are the reason. */
  readonly fields: readonly WrongField[];
  /** Seconds to wait, if the server named them. */
  readonly retryAfter: number | undefined;
  /** What else the server told: `assigneeId`, where somebody was first. */
  readonly about: Readonly<Record<string, string>>;

  constructor({ act, reason, code = 'permission-denied', why, wayOut, fields = [], ...rest }: About) {
    const { retryAfter, about = {}, cause } = rest;
    const [ordinary, usual] = EXPLAINED[reason] ?? EXPLAINED.internal;
    super(`Could not ${act}: ${why ?? ordinary}. ${wayOut ?? usual}`, { cause });
    this.act = act;
    this.reason = reason;
    this.why = why ?? ordinary;
    this.wayOut = wayOut ?? usual;
    this.code = code;
    this.fields = fields;
    this.retryAfter = retryAfter;
    this.about = about;
  }

  /** Whether the same call may succeed later without a change. */
  get isPassing(): boolean {
    return PASSING.has(this.reason);
  }
}

/** Whether the rules or a callable refused. */
export function isRefusal(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'permission-denied';
}

/** Describe a wrong argument. */
export function wrongField(field: string, message: string, value: unknown, limit?: WrongField['limit']): WrongField {
  return { field, message, value: shown(value), ...(limit !== undefined && { limit }) };
}

/** The most fields that the message names; `fields` has all. */
const TOLD_FIELDS = 5;

/** Build the error for wrong arguments. */
export function wrongArguments(act: string, fields: WrongField[]): ParleyError {
  const told = fields
    .slice(0, TOLD_FIELDS)
    .map(
      ({ field, message, value, limit }) =>
        `${field}: ${message}, got ${value}${limit === undefined ? '' : ` (limit: ${limit})`}`,
    );
  const more = fields.length - told.length;
  const why = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return new ParleyError({ act, reason: 'invalidArgument', code: 'invalid-argument', fields, why });
}

/**
 * Explain an error of the SDK. `refusal` is the reason for a `permission-denied` by the rules, which
 * name none.
 */
export function explained(error: unknown, act: string, refusal: Reason = 'refused'): ParleyError {
  if (error instanceof ParleyError) return error;
  const { code: told = 'internal', message, details } = (error ?? {}) as Partial<SdkError>;
  const code = told.replace(/^(functions|firestore)\//, '');
  if (isDetailed(details)) {
    return new ParleyError({
      act,
      reason: details.reason,
      code,
      ...reasoned(message, details.wayOut),
      fields: details.errors,
      retryAfter: details.retryAfter,
      about: details.about,
      cause: error,
    });
  }
  const reason = BY_CODE[told] ?? BY_CODE[code] ?? 'internal';
  const isOurs = reason === 'refused' || reason === 'unavailable' || reason === 'unauthenticated';
  return new ParleyError({
    act,
    reason: reason === 'refused' ? refusal : reason,
    code,
    why: isOurs ? undefined : sentence(message),
    cause: error,
  });
}

interface SdkError {
  code: string;
  message: string;
  details: unknown;
}

interface Details {
  reason: CallableReason;
  wayOut?: string;
  errors?: WrongField[];
  retryAfter?: number;
  about?: Record<string, string>;
}

function isDetailed(details: unknown): details is Details {
  return typeof (details as Details | null)?.reason === 'string';
}

/** Drop the full stop, which our messages add, and the HTTP status that the SDK appends. */
function sentence(message: string | undefined): string | undefined {
  return message?.replace(/\.?( \[\d{3}\])?$/, '') || undefined;
}

/** Split a callable's message into the reason and the way out, if it has one. */
function reasoned(message: string | undefined, wayOut: string | undefined): Pick<About, 'why' | 'wayOut'> {
  const words = sentence(message);
  if (!wayOut) return { why: words };
  const why = words?.endsWith(`; ${wayOut}`) ? words.slice(0, -`; ${wayOut}`.length) : words;
  return { why, wayOut: `${wayOut.charAt(0).toUpperCase()}${wayOut.slice(1)}.` };
}

const SHOWN_VALUE = 100;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (json(value) ?? typeof value);
  // Do not cut a surrogate pair in half.
  return text.length <= SHOWN_VALUE ? text : `${text.slice(0, SHOWN_VALUE - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Return nothing for a value without JSON: a function, a bigint, a cyclic object. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
