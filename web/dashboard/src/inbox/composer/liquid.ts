/**
 * Liquid as the texts of campaigns have it, so that one template says the same in both
 * (`findings/liquidjs-and-python-liquid-reckon-otherwise.sh`). Imported only to fill in a template.
 */
import { Drop, defaultOperators, type Filter, filters, Liquid, type Operators, toValue } from 'liquidjs';

type Implementation = ThisParameterType<Extract<ConstructorParameters<typeof Filter>[1], (...args: never) => unknown>>;

/** A number with decimals though they are zeros: JavaScript has `2.0` and `2` as one. */
class Decimal extends Drop {
  constructor(private readonly number: number) {
    super();
  }

  override valueOf(): number {
    return this.number;
  }
}

interface Read {
  number: number;
  isWhole: boolean;
}

/** Return an engine that refuses unknown filters, and missing values outside of conditions. */
export function engine(): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    lenientIf: true, // `default` gives a value to what is missing.
    strictFilters: true,
    ownPropertyOnly: true,
    preserveTimezones: true,
    operators: { ...defaultOperators, ...Object.fromEntries(['<', '<=', '>', '>='].map(ordered)) } as Operators,
  });
  arithmetic(liquid, 'plus', (left, right) => left + right);
  arithmetic(liquid, 'minus', (left, right) => left - right);
  arithmetic(liquid, 'times', (left, right) => left * right);
  arithmetic(liquid, 'divided_by', (left, right, isWhole) => {
    if (right === 0) throw new Error('division by zero');
    return isWhole ? Math.floor(left / right) : left / right;
  });
  arithmetic(liquid, 'modulo', (left, right) => {
    if (right === 0) throw new Error('division by zero');
    return ((left % right) + right) % right;
  });
  liquid.registerFilter('date', function (this: Implementation, value: unknown, ...format: unknown[]) {
    const shown = filters.date as (this: Implementation, ...values: unknown[]) => unknown;
    return shown.call(this, typeof value === 'string' && DAY.test(value) ? `${value}T00:00` : value, ...format);
  });
  return liquid;
}

/** JavaScript reads a day alone in UTC, and shows the one before it west of Greenwich. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A comparison that is false where a value is missing, which JavaScript takes for zero. */
function ordered(operator: string): [string, unknown] {
  const compare = defaultOperators[operator] as (...values: unknown[]) => Iterable<unknown>;
  return [
    operator,
    function* (left: unknown, right: unknown, context: unknown) {
      if ([left, right].some((value) => (toValue(value) ?? undefined) === undefined)) return false;
      return yield* compare(left, right, context) as Generator<unknown, unknown, unknown>;
    },
  ];
}

function arithmetic(
  liquid: Liquid,
  name: string,
  reckon: (left: number, right: number, isWhole: boolean) => number,
): void {
  liquid.registerFilter(name, function (this: Implementation, value: unknown, by: unknown) {
    const [literal] = this.token.args;
    const text = literal && 'getText' in literal ? literal.getText() : '';
    const left = read(value);
    const right = read(by);
    const isWhole = left.isWhole && right.isWhole && !/^-?\d+\.\d+$/.test(text);
    const result = reckon(left.number, right.number, isWhole);
    // Binary fractions are exact to 15 digits: 19.99 times 100 is 1999.
    return isWhole ? result : new Decimal(Number(result.toPrecision(15)));
  });
}

/** A text counts as the number that it begins with, and all else as zero. */
function read(given: unknown): Read {
  const value = toValue(given);
  if (typeof value === 'number')
    return { number: value, isWhole: Number.isInteger(value) && !(given instanceof Decimal) };
  if (typeof value !== 'string') return { number: 0, isWhole: true };
  if (/^\s*-?\d+\.\d+\s*$/.test(value)) return { number: Number(value), isWhole: false };
  return { number: Number(/^\s*([+-]?\d+)/.exec(value)?.[1] ?? 0), isWhole: true };
}
