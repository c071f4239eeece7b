/** What the filter builder edits, as a FILTER of the audience's language and back. */
import { type Filter, type FilterCondition, LIMITS } from 'parley-client';
import type { RuleGroupType, RuleType } from 'react-querybuilder';
import { PATTERNS } from '../../../../schema/exported/parley.js';
import { isRounded } from '../people/attributes.js';

export type Operator = FilterCondition['op'];
export type ValueType = 'text' | 'number' | 'flag' | 'time';
/** The value of a condition as it is typed; `texts` has one entry unless the operator takes a list. */
export interface Typed {
  type: ValueType;
  texts: string[];
}
export type Condition = RuleType<string, string, Typed>;
export type Query = RuleGroupType<Condition>;

const OPERATORS: readonly Operator[] = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not-in',
  'array-contains',
  'array-contains-any',
  'exists',
];
const LISTS: ReadonlySet<string> = new Set(['in', 'not-in', 'array-contains-any']);
const TIMES: ReadonlySet<string> = new Set(['createdAt', 'lastSeenAt']);
const FIELD = /^(attributes(\.[^.\s]{1,128}){1,16}|tags|locale|timeZone|createdAt|lastSeenAt)$/;

export const emptyQuery: Query = { combinator: 'and', rules: [] };

export function takesList(op: string): boolean {
  return LISTS.has(op);
}

/** The operators that make sense for a field. */
export function operatorsOf(field: string): readonly Operator[] {
  if (field === 'tags') return ['array-contains', 'array-contains-any', 'exists'];
  if (TIMES.has(field)) return ['<', '<=', '>', '>=', 'exists'];
  if (field === 'locale' || field === 'timeZone') return ['==', '!=', 'in', 'not-in', 'exists'];
  return OPERATORS;
}

/** The type that a condition's value has, unless the person chooses another. */
export function typeOf(field: string, op: string, known: Readonly<Record<string, ValueType>> = {}): ValueType {
  if (op === 'exists') return 'flag';
  if (TIMES.has(field)) return 'time';
  return known[field] ?? 'text';
}

/** Whether the type follows from field and operator, so that nobody has to choose it. */
export function isTypeFixed(field: string, op: string): boolean {
  return op === 'exists' || !field.startsWith('attributes.');
}

type FilterProblem =
  | 'empty'
  | 'field'
  | 'value'
  | 'number'
  | 'digits'
  | 'time'
  | 'tooManyValues'
  | 'tooDeep'
  | 'tooMany';

export class UnfinishedFilter extends Error {
  constructor(
    readonly problem: FilterProblem,
    readonly field = '',
  ) {
    super(`${problem} ${field}`);
  }
}

/**
 * Return the FILTER, with times as ISO 8601 texts, which the server reads; throw `UnfinishedFilter` for the
 * first condition that says nothing yet.
 */
export function filterOf(query: Query): Filter {
  const filter = groupOf(query);
  if (filter === undefined) throw new UnfinishedFilter('empty');
  if (depthOf(filter) > LIMITS.FILTER_DEPTH) throw new UnfinishedFilter('tooDeep');
  if (conditionsOf(filter) > LIMITS.FILTER_CONDITIONS) throw new UnfinishedFilter('tooMany');
  return filter;
}

function groupOf({ combinator, rules, not }: Query): Filter | undefined {
  const parts = rules
    .map((rule) => ('rules' in rule ? groupOf(rule) : conditionOf(rule)))
    .filter((each) => each !== undefined);
  const [first] = parts;
  if (first === undefined) return undefined;
  const filter: Filter = parts.length === 1 ? first : combinator === 'or' ? { or: parts } : { and: parts };
  return not ? { not: filter } : filter;
}

function conditionOf({ field, operator, value }: Condition): Filter {
  if (!FIELD.test(field)) throw new UnfinishedFilter('field', field);
  const op = operator as Operator;
  const texts = takesList(op) ? value.texts : value.texts.slice(0, 1);
  if (texts.length === 0) throw new UnfinishedFilter('value', field);
  if (texts.length > LIMITS.FILTER_VALUES) throw new UnfinishedFilter('tooManyValues', field);
  const type = isTypeFixed(field, op) ? typeOf(field, op) : value.type;
  const values = texts.map((text) => read(type, text, field));
  return { field, op, value: (takesList(op) ? values : values[0]) as FilterCondition['value'] };
}

function read(type: ValueType, text: string, field: string): unknown {
  switch (type) {
    case 'flag':
      return text !== 'false';
    case 'number': {
      const number = Number(text);
      if (text.trim() === '' || !Number.isFinite(number)) throw new UnfinishedFilter('number', field);
      if (isRounded(number)) throw new UnfinishedFilter('digits', field);
      return number;
    }
    case 'time': {
      const date = new Date(text);
      if (Number.isNaN(date.getTime())) throw new UnfinishedFilter('time', field);
      return date.toISOString();
    }
    default:
      if (text === '') throw new UnfinishedFilter('value', field);
      return text;
  }
}

/** Return what the builder shows for a FILTER, so that a saved one can be changed. */
export function queryOf(filter: Filter): Query {
  const shown = shownOf(filter);
  return 'rules' in shown ? shown : { combinator: 'and', rules: [shown] };
}

function shownOf(filter: Filter): Query | Condition {
  if ('and' in filter) return { combinator: 'and', rules: filter.and.map(shownOf) };
  if ('or' in filter) return { combinator: 'or', rules: filter.or.map(shownOf) };
  if ('not' in filter) {
    const inner = queryOf(filter.not);
    return inner.not ? { combinator: 'and', rules: [inner], not: true } : { ...inner, not: true };
  }
  const values = Array.isArray(filter.value) ? filter.value : [filter.value];
  return { field: filter.field, operator: filter.op, value: typedOf(filter.field, values) };
}

function typedOf(field: string, values: unknown[]): Typed {
  const [first] = values;
  if (typeof first === 'boolean') return { type: 'flag', texts: values.map(String) };
  if (typeof first === 'number') return { type: 'number', texts: values.map(String) };
  if (TIMES.has(field)) {
    return {
      type: 'time',
      texts: values.map((each) => localTime(isTime(each) ? each.toDate() : new Date(String(each)))),
    };
  }
  return { type: 'text', texts: values.map((each) => String(each ?? '')) };
}

interface Timed {
  toDate(): Date;
}

function isTime(value: unknown): value is Timed {
  return typeof (value as Timed | null)?.toDate === 'function';
}

/** A time as `<input type="datetime-local">` takes it, in the reader's zone. */
function localTime(date: Date): string {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The attributes that people have, as fields with their types; nested maps by their paths. */
export function fieldsOf(people: readonly { attributes?: Record<string, unknown> }[]): Record<string, ValueType> {
  const fields: Record<string, ValueType> = {};
  const visit = (value: unknown, path: string): void => {
    if (value === null || value === undefined || Array.isArray(value)) fields[path] ??= 'text';
    else if (isTime(value)) fields[path] ??= 'time';
    else if (typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) visit(inner, `${path}.${name}`);
    } else if (typeof value === 'boolean') fields[path] ??= 'flag';
    else fields[path] ??= typeof value === 'number' ? 'number' : 'text';
  };
  for (const { attributes } of people) if (attributes) visit(attributes, 'attributes');
  return fields;
}

const UID = new RegExp(PATTERNS.uid, 'u');

export function isUid(text: string): boolean {
  return UID.test(text);
}

/** Uids as people paste them: separated by white space, commas or semicolons; each once. */
export function uidsOf(text: string): { uids: string[]; wrong: string[] } {
  const all = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  return { uids: all.filter(isUid), wrong: all.filter((each) => !isUid(each)) };
}

function depthOf(filter: Filter): number {
  if ('not' in filter) return 1 + depthOf(filter.not);
  const inner = 'and' in filter ? filter.and : 'or' in filter ? filter.or : [];
  return 1 + Math.max(0, ...inner.map(depthOf));
}

function conditionsOf(filter: Filter): number {
  if ('not' in filter) return conditionsOf(filter.not);
  const inner = 'and' in filter ? filter.and : 'or' in filter ? filter.or : undefined;
  return inner ? inner.reduce((sum, each) => sum + conditionsOf(each), 0) : 1;
}
