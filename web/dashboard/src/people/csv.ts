/** A CSV file of people before it is imported: its columns, where they go, and the lines that failed. */

import Papa from 'papaparse';
import type { ImportedPeople } from 'parley-client';

export interface CsvTable {
  titles: string[];
  records: CsvRecord[];
  /** The file with commas between the cells, as the server reads it; its lines are those of the original. */
  csv: string;
  /**
   * The line of the first quote that is never closed, or is closed within its cell. Papa Parse takes all that
   * follows for that cell (`findings/papaparse-joins-rows-python-keeps.sh`).
   */
  brokenAt?: number;
}

interface CsvRecord {
  /** The number of its first line. */
  line: number;
  cells: string[];
}

const DELIMITERS = [',', ';', '\t', '|'];
const BYTE_ORDER_MARK = /^\uFEFF/;

/** Read a file; its first line names the columns and tells what stands between cells. */
export function readTable(text: string): CsvTable {
  const clean = text.replace(BYTE_ORDER_MARK, '').replaceAll('\r\n', '\n');
  const delimiter = delimiterOf(clean);
  const { data, errors } = Papa.parse<string[]>(clean, { delimiter, newline: '\n', skipEmptyLines: false });
  const records: CsvRecord[] = [];
  let line = 1;
  for (const cells of data) {
    if (cells.some((cell) => cell !== '')) records.push({ line, cells });
    line += 1 + cells.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0);
  }
  const [header, ...rows] = records;
  const titles = (header?.cells ?? []).map((title) => title.trim());
  const csv = delimiter === ',' ? clean : Papa.unparse(data, { newline: '\n' });
  const broken = errors.find(({ type }) => type === 'Quotes')?.index;
  return { titles, records: rows, csv, ...(broken !== undefined && { brokenAt: lineOf(clean, broken) }) };
}

function lineOf(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

function delimiterOf(text: string): string {
  const header = text.slice(0, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n')).replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((each) => header.split(each).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The fields of a person that a column can hold, attributes aside. */
export const FIELDS = [
  'uid',
  'displayName',
  'phone',
  'email',
  'locale',
  'timeZone',
  'tags',
  ...['chat', 'push', 'sms', 'email'].flatMap((channel) =>
    ['marketing', 'transactional'].map((purpose) => `consents.${channel}.${purpose}`),
  ),
] as const;

const ATTRIBUTE = /^attributes(\.[^.\s]{1,128}){1,16}$/;

const SPELLINGS: Record<string, string> = {
  id: 'uid',
  userid: 'uid',
  customerid: 'uid',
  customerno: 'uid',
  customernumber: 'uid',
  kundennummer: 'uid',
  name: 'displayName',
  fullname: 'displayName',
  mobile: 'phone',
  mobilenumber: 'phone',
  phonenumber: 'phone',
  telefon: 'phone',
  telephone: 'phone',
  mail: 'email',
  emailaddress: 'email',
  language: 'locale',
  timezone: 'timeZone',
  tag: 'tags',
};

/** The field that a title means, or none: then the column is left out until somebody chooses. */
export function guessField(title: string): string {
  if (ATTRIBUTE.test(title)) return title;
  const exact = FIELDS.find((field) => field.toLowerCase() === title.toLowerCase());
  const letters = title.toLowerCase().replaceAll(/[^a-z]/g, '');
  return exact ?? FIELDS.find((field) => field.toLowerCase() === letters) ?? SPELLINGS[letters] ?? '';
}

/** A field for each column; of two columns that mean the same the first gets it. */
export function guessMapping(titles: readonly string[]): string[] {
  const taken = new Set<string>();
  return titles.map((title) => {
    const field = guessField(title);
    if (!field || taken.has(field)) return '';
    taken.add(field);
    return field;
  });
}

/** The attribute that a title would make. */
export function attributeOf(title: string): string {
  const name = title
    .trim()
    .replaceAll(/[^\p{L}\p{N}]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? '')
    .slice(0, 100);
  return `attributes.${name.charAt(0).toLowerCase()}${name.slice(1) || ''}`;
}

type MappingProblem =
  | { text: 'noUid' | 'noTitles' | 'noRows' }
  | { text: 'twice' | 'wrongField' | 'sameTitle' | 'brokenQuote'; value: string };

/** What is wrong with a mapping. The server maps by titles, so two columns with one title cannot differ. */
export function problemOfMapping(table: CsvTable, fields: readonly string[]): MappingProblem | undefined {
  const { titles, records, brokenAt } = table;
  if (brokenAt !== undefined) return { text: 'brokenQuote', value: String(brokenAt) };
  if (titles.length === 0) return { text: 'noTitles' };
  if (records.length === 0) return { text: 'noRows' };
  const same = titles.find((title, at) => titles.indexOf(title) !== at);
  if (same !== undefined) return { text: 'sameTitle', value: same };
  const chosen = fields.filter(Boolean);
  const wrong = chosen.find((field) => !(FIELDS as readonly string[]).includes(field) && !ATTRIBUTE.test(field));
  if (wrong !== undefined) return { text: 'wrongField', value: wrong };
  const twice = chosen.find((field, at) => chosen.indexOf(field) !== at);
  if (twice !== undefined) return { text: 'twice', value: twice };
  return chosen.includes('uid') ? undefined : { text: 'noUid' };
}

/** The mapping as the server takes it: the field of each title, empty for a column that is left out. */
export function mappingOf(titles: readonly string[], fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(titles.map((title, at) => [title, fields[at] ?? '']));
}

type ImportError = ImportedPeople['errors'][number];

/** Whether a record that begins on a line failed; and how many lines that is said of. */
export interface FailedLines {
  has(line: number): boolean;
  count: number;
}

/** Read the lines that failed, such as `7,12-40`. */
export function readFailedLines(text: string): FailedLines {
  const ranges = text
    .split(',')
    .filter(Boolean)
    .map((part) => part.split('-').map(Number))
    .map(([first = 0, last = first]) => ({ first, last }));
  return {
    count: ranges.reduce((count, { first, last }) => count + last - first + 1, 0),
    has(line) {
      let [from, to] = [0, ranges.length];
      while (from < to) {
        const middle = (from + to) >> 1;
        if ((ranges[middle]?.last ?? 0) < line) from = middle + 1;
        else to = middle;
      }
      return (ranges[from]?.first ?? Number.POSITIVE_INFINITY) <= line;
    },
  };
}

/** The errors of each line, in the order of lines. */
export function errorsByLine(errors: readonly ImportError[]): Map<number, string> {
  const told = new Map<number, string[]>();
  for (const { line, column, message } of errors) {
    const text = column === null ? message : `${column} ${message}`;
    told.set(line, [...(told.get(line) ?? []), text]);
  }
  return new Map([...told].sort(([one], [other]) => one - other).map(([line, texts]) => [line, texts.join('; ')]));
}

const ERROR_COLUMN = 'importError';

/**
 * The lines that failed as a file of their own, with the reason in a column that an import leaves out. Of the lines
 * after the errors that are told, it says `untold`.
 */
export function failedLines(
  { titles, records }: CsvTable,
  { errors, failedLines: text }: Pick<ImportedPeople, 'errors' | 'failedLines'>,
  untold: string,
): string {
  const why = errorsByLine(errors);
  const failed = readFailedLines(text);
  const kept = titles.map((title, at) => ({ title, at })).filter(({ title }) => title !== ERROR_COLUMN);
  const rows = records
    .filter(({ line }) => failed.has(line))
    .map(({ line, cells }) => [...kept.map(({ at }) => cells[at] ?? ''), why.get(line) ?? untold]);
  return Papa.unparse([[...kept.map(({ title }) => title), ERROR_COLUMN], ...rows], { newline: '\n' });
}
