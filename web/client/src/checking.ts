/**
 * The one place where arguments are checked: before a call of the library does anything, each of them
 * has to fit its form, or the call is refused as `invalidArgument` with the field, the value and the limit.
 */
import { type ParleyError, wrongArguments } from './errors.js';
import type { Form } from './forms.js';

/** One argument: what it is called, and its form. The fields of an object are called by their own names. */
export interface Argument {
  name: string;
  form: Form;
}

/** Of a call that asks a callable, whose form `Connection.call` holds what is asked against. */
export const BY_CALLABLE = 'byCallable';

interface Checked<Asked extends unknown[]> {
  /** What is tried, for people. */
  act: string;
  asked: { [Index in keyof Asked]-?: Argument };
}

/** A call that answers a promise rejects it; any other throws. */
type FormOf<Call> = Call extends (...asked: infer Asked) => infer Answer
  ? Answer extends Promise<unknown>
    ? Checked<Asked> | typeof BY_CALLABLE
    : Checked<Asked> & { throws: true }
  : never;

/** The names of those that take something. */
type Taking<T> = {
  [Name in keyof T]: T[Name] extends (...asked: infer Asked) => unknown ? (Asked extends [] ? never : Name) : never;
}[keyof T];

/**
 * A form for each public call of a class that takes something: without one it does not compile.
 * `Inner` are those that the library alone calls.
 */
export type FormsOf<T, Inner = never> = { [Name in Exclude<Taking<T>, Inner>]: FormOf<T[Name]> };

/** What is wrong with what a call was given, or nothing. */
export function wrongIn(act: string, asked: readonly Argument[], given: readonly unknown[]): ParleyError | undefined {
  const fields = asked.flatMap(({ name, form }, index) =>
    form(given[index], { name, inside: form.fields ? '' : `${name}.` }),
  );
  return fields.length > 0 ? wrongArguments(act, fields) : undefined;
}

/** Throw what is wrong with what a call was given. */
export function check(act: string, asked: readonly Argument[], given: readonly unknown[]): void {
  const wrong = wrongIn(act, asked, given);
  if (wrong) throw wrong;
}

type Call = (...given: unknown[]) => unknown;

/** Put each call's form before it; for the end of a constructor. */
export function checkCalls<T extends object, Inner = never>(calls: T, forms: FormsOf<T, Inner>): void {
  for (const [name, form] of Object.entries<(Checked<unknown[]> & { throws?: true }) | typeof BY_CALLABLE>(forms)) {
    if (form === BY_CALLABLE) continue;
    const call = (calls as Record<string, Call>)[name]?.bind(calls) as Call;
    const checked: Call = (...given) => {
      const wrong = wrongIn(form.act, form.asked, given);
      if (!wrong) return call(...given);
      if (form.throws) throw wrong;
      return Promise.reject(wrong);
    };
    Object.defineProperty(calls, name, { value: checked });
  }
}
