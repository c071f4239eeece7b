/** The tables of `docs/reference/client-contract.md`, as the tests compare them with what happens. */
import { readFileSync } from 'node:fs';

const PAGE = 'docs/reference/client-contract.md';

/** The rows of the table under a heading, each by its cells; without the head. */
export function table(heading: string): string[][] {
  const section = readFileSync(PAGE, 'utf8').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  if (rows.length < 3) throw new Error(`${PAGE} has no table under ${heading}`);
  return rows.slice(2);
}
