/** What was expected and what was counted, as a table. */
import { isDeepStrictEqual } from 'node:util';
import { Late, until } from './waiting.js';

interface Row {
  what: string;
  expected: unknown;
  counted: unknown;
  ok: boolean;
}

const WIDEST = 60;

export class Report {
  readonly rows: Row[] = [];
  private readonly times: { what: string; took: string }[] = [];

  row(what: string, expected: unknown, counted: unknown): void {
    this.rows.push({ what, expected, counted, ok: isDeepStrictEqual(counted, expected) });
  }

  /** Add a row whose count may need a while: count again until it is right or the deadline passes. */
  async eventually(what: string, expected: unknown, seconds: number, count: () => unknown): Promise<void> {
    let counted: unknown;
    try {
      await until(what, seconds, async () => {
        counted = await count();
        return isDeepStrictEqual(counted, expected);
      });
    } catch (error) {
      if (!(error instanceof Late)) throw error;
    }
    this.row(what, expected, counted);
  }

  /** Run one step and note how long it took. A step that throws is a row that failed. */
  async step(title: string, step: () => Promise<void>): Promise<void> {
    console.log(`\n${title}`);
    const from = performance.now();
    try {
      await step();
    } catch (error) {
      console.error(error);
      this.rows.push({ what: title, expected: 'to its end', counted: describe(error), ok: false });
    }
    this.time(title, performance.now() - from);
  }

  time(what: string, milliseconds: number): void {
    const took = milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
    this.times.push({ what, took });
  }

  get failed(): Row[] {
    return this.rows.filter(({ ok }) => !ok);
  }

  print(): void {
    const rows = this.rows.map(({ what, expected, counted, ok }) => [
      what,
      inOneLine(expected),
      inOneLine(counted),
      ok ? 'ok' : 'NOT OK',
    ]);
    console.log(`\n${table(['what', 'expected', 'counted', 'ok'], rows)}`);
    const times = this.times.map(({ what, took }) => [what, took]);
    console.log(`\n${table(['time', 'took'], times)}`);
  }
}

/** Return the middle of some numbers, or NaN without any. */
export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return `${code ? `${code}: ` : ''}${message ?? error}`;
}

function inOneLine(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= WIDEST ? line : `${line.slice(0, WIDEST - 1)}…`;
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, n) => Math.max(...[head, ...rows].map((row) => row[n]?.length ?? 0)));
  const line = (cells: string[]): string =>
    cells
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
