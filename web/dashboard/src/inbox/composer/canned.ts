/** Canned answers, filled in for one person. */
import type { CannedAnswer, ServiceUser } from 'parley-client';

/** What a canned answer can name, as in the texts of campaigns. */
export interface Context {
  user: Partial<ServiceUser>;
  service: { name: string };
  staff: { displayName: string };
}

/** Stands in the text where a value is missing: it cannot be sent before somebody has replaced it. */
const OPEN = '⟦';
const CLOSE = '⟧';
const GAP = /⟦([^⟦⟧]+)⟧/g;
/** A template that names more than this is broken. */
const MOST_GAPS = 50;

export function gap(name: string): string {
  return `${OPEN}${name}${CLOSE}`;
}

/** The names of the values that a text still lacks. */
export function gapsOf(text: string): string[] {
  return [...new Set([...text.matchAll(GAP)].map(([, name = '']) => name))];
}

/** Fill in a template. Missing values leave gaps; one that is no Liquid throws, with the place. */
export async function fillIn(template: string, context: Context): Promise<string> {
  const [{ UndefinedVariableError }, { engine }] = await Promise.all([import('liquidjs'), import('./liquid.js')]);
  const liquid = engine();
  const parsed = liquid.parse(template);
  const values = structuredClone(plain(context)) as Record<string, unknown>;
  for (let gaps = 0; ; gaps += 1) {
    try {
      return (await liquid.render(parsed, values)) as string;
    } catch (failure) {
      const cause = (failure as { originalError?: unknown }).originalError ?? failure;
      const name = /undefined variable: (\S+)/.exec(String((cause as Error).message))?.[1];
      const isMissing = UndefinedVariableError.is(cause) || UndefinedVariableError.is(failure);
      if (!isMissing || name === undefined || gaps >= MOST_GAPS) throw failure;
      setAt(values, name.split('.'), gap(name));
    }
  }
}

/** Times as dates, which Liquid can format. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const time = value as { toDate?: () => Date };
  if (typeof time.toDate === 'function') return time.toDate();
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

function setAt(values: Record<string, unknown>, [first = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    values[first] = value;
    return;
  }
  const inner = values[first];
  if (typeof inner === 'object' && inner !== null) setAt(inner as Record<string, unknown>, rest, value);
  else {
    const made: Record<string, unknown> = {};
    values[first] = made;
    setAt(made, rest, value);
  }
}

/** A `/` at the beginning of a word, with what has been typed after it, up to the caret. */
export function askedFor(text: string, caret: number): { start: number; words: string } | undefined {
  const found = /(?:^|\s)\/([^\s/]*)$/.exec(text.slice(0, caret));
  if (!found) return undefined;
  const words = found[1] ?? '';
  return { start: caret - words.length - 1, words };
}

/** Those whose shortcut begins with the words first, then those whose name or text has them. */
export function matching(answers: ReadonlyMap<string, CannedAnswer>, words: string): [id: string, CannedAnswer][] {
  const asked = words.toLocaleLowerCase();
  const rank = ({ shortcut, name, body }: CannedAnswer): number => {
    if (shortcut.startsWith(asked)) return 0;
    if (name.toLocaleLowerCase().includes(asked) || shortcut.includes(asked)) return 1;
    return body.toLocaleLowerCase().includes(asked) ? 2 : 3;
  };
  return [...answers]
    .filter(([, answer]) => rank(answer) < 3)
    .sort(([, one], [, other]) => rank(one) - rank(other) || one.shortcut.localeCompare(other.shortcut));
}
