/**
 * Check arguments before a call does anything. An argument that does not fit its form is refused as
 * `invalidArgument`, with the field, the value and the limit.
 */
import { uncarried } from './carried.js';
import { type ParleyError, wrongArguments, wrongField } from './errors.js';
import type { Form } from './forms.js';

/** One argument: its name and its form. Fields of an object keep their own names. */
export interface Argument {
  name: string;
  form: Form;
}

/** Marks a call of a callable: `Connection.call` checks its request. */
export const BY_CALLABLE = 'byCallable';

interface Checked<Asked extends unknown[]> {
  /** What the call does, as errors show it. */
  act: string;
  asked: { [Index in keyof Asked]-?: Argument };
}

/** Whether the call throws; a call that returns a promise rejects it. */
type FormOf<Call> = Call extends (...asked: infer Asked) => infer Answer
  ? Answer extends Promise<unknown>
    ? Checked<Asked> | typeof BY_CALLABLE
    : Checked<Asked> & { throws: true }
  : never;

/** The names of methods with arguments. */
type Taking<T> = {
  [Name in keyof T]: T[Name] extends (...asked: infer Asked) => unknown ? (Asked extends [] ? never : Name) : never;
}[keyof T];

/**
 * A form for each public method with arguments; a missing one does not compile. `Inner` names the
 * methods that only the library calls.
 */
export type FormsOf<T, Inner = never> = { [Name in Exclude<Taking<T>, Inner>]: FormOf<T[Name]> };

/** Return the error of wrong arguments, if any. */
export function wrongIn(act: string, asked: readonly Argument[], given: readonly unknown[]): ParleyError | undefined {
  const fields = asked.flatMap(({ name, form }, index) =>
    form(given[index], { name, inside: form.fields ? '' : `${name}.` }),
  );
  return fields.length > 0 ? wrongArguments(act, fields) : undefined;
}

/** Throw the error of wrong arguments. */
export function check(act: string, asked: readonly Argument[], given: readonly unknown[]): void {
  const wrong = wrongIn(act, asked, given);
  if (wrong) throw wrong;
}

type Call = (...given: unknown[]) => unknown;

/** Wrap each method to check its arguments first; call at the end of a constructor. */
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

/**
 * Refuse what Firestore cannot store, whatever its form allowed: it would block the SDK's queue of
 * writes.
 */
export function checkCarried(act: string, value: unknown): void {
  const found = uncarried(value);
  if (!found) return;
  throw wrongArguments(act, [wrongField(found.at || 'value', found.message, found.value, found.limit)]);
}
