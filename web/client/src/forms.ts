/** Forms of arguments: each returns what is wrong with a value, or nothing. Pure. */
import { HALF_A_PAIR, isWellFormed, spelled } from './carried.js';
import { type WrongField, wrongField } from './errors.js';

/** What a value is called when it is wrong, and what stands before the names of its fields. */
export interface Place {
  name: string;
  inside: string;
}

export interface Form {
  (value: unknown, place: Place): WrongField[];
  /** The forms of an object's fields, for whoever wants to try each. */
  fields?: Record<string, Form>;
  /** The form of a list's entries. */
  entries?: Form;
}

/** Something that a text must match besides its length. */
export interface Rule {
  isMet: (value: string) => boolean;
  message: string;
  limit?: number | string;
}

export const ONE_LINE: Rule = { isMet: (value) => !value.includes('\n'), message: 'must be one line' };

/** White space, controls, and what else shows nothing: fillers, joiners, marks of direction, tags, empty Braille. */
const SHOWS_NOTHING = new RegExp(
  [
    '^[\\x00-\\x20\\x7f-\\xa0\\xad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5',
    '\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0',
    '\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]*$',
  ].join(''),
  'u',
);

export const SHOWN: Rule = {
  isMet: (value) => !SHOWS_NOTHING.test(value),
  message: 'must hold more than white space and what cannot be seen',
};

/** Controls, line breaks, and what embeds or overrides the direction of other texts. */
const NOT_IN_A_LINE = new RegExp(
  ['[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e', '\\u2066-\\u206f\\ufff9-\\ufffb]'].join(''),
  'u',
);

export const LINE: Rule = {
  isMet: (value) => !NOT_IN_A_LINE.test(value),
  message: 'must be one line without control or direction characters',
};

/** A text of `least` to `most` UTF-16 code units. */
export function text(most: number, rules: Rule[] = [], least = 1): Form {
  return (value, { name }) => {
    if (typeof value !== 'string') return [wrongField(name, 'must be a string', value, most)];
    if (value.length < least) return [wrongField(name, 'must not be empty', value, most)];
    if (value.length > most) return [wrongField(name, 'too long', value.length, most)];
    if (!isWellFormed(value)) return [wrongField(name, HALF_A_PAIR, value, most)];
    const missed = rules.find(({ isMet }) => !isMet(value));
    return missed ? [wrongField(name, missed.message, value, missed.limit)] : [];
  };
}

/** A text that `isRight`; `what` it must be, and by what `limit`. */
export function textThat(isRight: (value: string) => boolean, what: string, limit: string): Form {
  return (value, { name }) => {
    const isFit = typeof value === 'string' && isWellFormed(value) && isRight(value);
    return isFit ? [] : [wrongField(name, `must be ${what}`, value, limit)];
  };
}

/** One of a closed list: the compiler sees to it that none is left out. */
export function oneOf<Word extends string>(words: Record<Word, true>): Form {
  const limit = Object.keys(words).join(', ');
  return (value, { name }) => {
    const isFit = typeof value === 'string' && Object.hasOwn(words, value);
    return isFit ? [] : [wrongField(name, 'must be one of a closed list', value, limit)];
  };
}

export const flag: Form = (value, { name }) =>
  typeof value === 'boolean' ? [] : [wrongField(name, 'must be true or false', value)];

export function wholeNumber(least: number, most: number, what = 'a whole number'): Form {
  return (value, { name }) => {
    // Firestore keeps a negative zero as a double, which is no whole number to the rules.
    const isFit =
      Number.isSafeInteger(value) && !Object.is(value, -0) && (value as number) >= least && (value as number) <= most;
    const limit = most === Number.MAX_SAFE_INTEGER ? undefined : `${least} to ${most}`;
    return isFit ? [] : [wrongField(name, `must be ${what}`, value, limit)];
  };
}

const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A `Date` that Firestore can store. */
export const date: Form = (value, { name }) => {
  const isDate = Object.prototype.toString.call(value) === '[object Date]';
  const time = isDate ? (value as Date).getTime() : NaN;
  return time >= FIRST_MS && time <= LAST_MS
    ? []
    : [
        wrongField(
          name,
          'must be a Date',
          isDate && Number.isNaN(time) ? 'Invalid Date' : value,
          'the years 1 to 9999',
        ),
      ];
};

/** A time as Firestore tells it. */
export const timestamp: Form = (value, { name }) => {
  const { seconds, nanoseconds } = (value ?? {}) as { seconds?: unknown; nanoseconds?: unknown };
  const isFit = Number.isSafeInteger(seconds) && Number.isSafeInteger(nanoseconds);
  return isFit ? [] : [wrongField(name, 'must be a Timestamp', value)];
};

/** The form, or undefined. */
export function optional(form: Form): Form {
  return Object.assign<Form, Partial<Form>>((value, place) => (value === undefined ? [] : form(value, place)), form);
}

/** The form, null or undefined. */
export function nullable(form: Form): Form {
  return Object.assign<Form, Partial<Form>>(
    (value, place) => (value === undefined || value === null ? [] : form(value, place)),
    form,
  );
}

/** Up to `most` texts of a form; one that is wrong is told by the list's name. */
export function texts(entry: Form, most: number, least = 0): Form {
  return listOf(entry, most, least, ({ name }) => ({ name, inside: '' }));
}

/** Up to `most` objects of a form; one that is wrong is told by its place. */
export function objects(entry: Form, most: number): Form {
  return listOf(entry, most, 0, ({ inside }, index) => ({ name: `${inside}${index}`, inside: `${inside}${index}.` }));
}

function listOf(entry: Form, most: number, least: number, placeOf: (place: Place, index: number) => Place): Form {
  const form: Form = (value, place) => {
    const { name } = place;
    if (!Array.isArray(value)) return [wrongField(name, 'must be an array', value, most)];
    if (value.length > most) return [wrongField(name, 'too many', value.length, most)];
    if (value.length < least) return [wrongField(name, 'must name somebody', value, most)];
    return Array.from(value as unknown[]).flatMap((each, index) => entry(each, placeOf(place, index)));
  };
  form.entries = entry;
  return form;
}

/** An object of these fields and no others: the compiler sees to it that each field of `T` has a form. */
export function object<T extends object>(
  fields: { [Field in keyof T]-?: Form },
  more: (value: T, place: Place) => WrongField[] = () => [],
): Form {
  const forms: Record<string, Form> = fields;
  const names = Object.keys(forms).join(', ');
  const form: Form = (value, place) => {
    const wrong = isObject(value)
      ? wrongFields(value, forms, place, names)
      : [wrongField(place.name, 'must be an object', value, names)];
    return wrong.length > 0 ? wrong : more(value as T, place);
  };
  form.fields = forms;
  return form;
}

/** An object that holds these fields, and may hold others. */
export function holding(fields: Record<string, Form>): Form {
  const names = Object.keys(fields).join(', ');
  const form: Form = (value, { name, inside }) =>
    isObject(value)
      ? Object.entries(fields).flatMap(([field, each]) => each(value[field], within(inside, field)))
      : [wrongField(name, 'must be an object', value, names)];
  form.fields = fields;
  return form;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongFields(
  value: Record<string, unknown>,
  forms: Record<string, Form>,
  { inside }: Place,
  names: string,
): WrongField[] {
  // What is undefined at the top is left out before it is sent; below, the SDK refuses it.
  const isThere = (field: string): boolean => value[field] !== undefined || inside !== '';
  const unknown = Object.keys(value).filter((field) => !Object.hasOwn(forms, field) && isThere(field));
  return [
    ...unknown.map((field) => wrongField(`${inside}${spelled(field)}`, 'no such field', value[field], names)),
    ...Object.entries(forms).flatMap(([field, form]) => form(value[field], within(inside, field))),
  ];
}

function within(inside: string, field: string): Place {
  return { name: `${inside}${field}`, inside: `${inside}${field}.` };
}
