/** What was expected, what was counted, and the table that says so. */
import { isDeepStrictEqual } from 'node:util';
import { Late, until } from './waiting.mjs';

/** @typedef {{what: string, expected: unknown, counted: unknown, ok: boolean}} Row */

export class Report {
  /** @type {Row[]} */
  rows = [];
  /** @type {{what: string, took: string}[]} */
  times = [];

  /**
   * @param {string} what
   * @param {unknown} expected
   * @param {unknown} counted
   */
  row(what, expected, counted) {
    const row = { what, expected, counted, ok: isDeepStrictEqual(counted, expected) };
    this.rows.push(row);
    return row.ok;
  }

  /**
   * A row whose count may take a while to be right: counted anew until it is, or the deadline.
   * @param {string} what
   * @param {unknown} expected
   * @param {number} seconds
   * @param {() => unknown} count may be asynchronous
   */
  async eventually(what, expected, seconds, count) {
    /** @type {unknown} */
    let counted;
    try {
      await until(what, seconds, async () => {
        counted = await count();
        return isDeepStrictEqual(counted, expected);
      });
    } catch (error) {
      if (!(error instanceof Late)) throw error;
    }
    return this.row(what, expected, counted);
  }

  /**
   * Run one step and note how long it took. A step that cannot go on is a row that failed.
   * @param {string} title
   * @param {() => Promise<void>} step
   */
  async step(title, step) {
    console.log(`\n${title}`);
    const from = performance.now();
    try {
      await step();
    } catch (error) {
      console.error(error);
      this.rows.push({ what: title, expected: 'to its end', counted: said(error), ok: false });
    }
    this.time(title, performance.now() - from);
  }

  /**
   * @param {string} what
   * @param {number} milliseconds
   */
  time(what, milliseconds) {
    const took = milliseconds < 1000
      ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
    this.times.push({ what, took });
  }

  get failed() {
    return this.rows.filter(({ ok }) => !ok);
  }

  print() {
    const rows = this.rows.map(({ what, expected, counted, ok }) => (
      [what, shown(expected), shown(counted), ok ? 'ok' : 'NOT OK']
    ));
    console.log(`\n${table(['what', 'expected', 'counted', 'ok'], rows)}`);
    const times = this.times.map(({ what, took }) => [what, took]);
    console.log(`\n${table(['time', 'took'], times)}`);
  }
}

/**
 * The middle of some numbers; of none, nothing.
 * @param {number[]} values
 */
export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** @param {unknown} error */
const said = (error) => {
  const code = /** @type {any} */ (error)?.code;
  return `${code ? `${code}: ` : ''}${/** @type {any} */ (error)?.message ?? error}`;
};

const WIDEST = 60;

/** @param {unknown} value */
function shown(value) {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= WIDEST ? line : `${line.slice(0, WIDEST - 1)}…`;
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const widths = head.map((title, n) => Math.max(...[head, ...rows].map((row) => row[n].length)));
  const line = (/** @type {string[]} */ cells) => cells
    .map((cell, n) => cell.padEnd(widths[n])).join('  ').trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)]
    .join('\n');
}
