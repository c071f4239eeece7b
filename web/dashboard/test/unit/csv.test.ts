/** A CSV file of people: what it holds, where its columns go, and what failed. */
import { describe, expect, it } from 'vitest';
import {
  attributeOf,
  errorsByLine,
  failedLines,
  guessField,
  guessMapping,
  mappingOf,
  problemOfMapping,
  readFailedLines,
  readTable,
} from '../../src/people/csv.js';
import { textOf } from '../../src/people/importFile.js';

describe('the text of a file', () => {
  const spelled = (...bytes: number[]) => textOf(new Blob([new Uint8Array(bytes)]));

  it('is read in UTF-8, with or without its mark', async () => {
    expect(await textOf(new Blob(['uid,name\nu1,Jörg\n']))).toBe('uid,name\nu1,Jörg\n');
    expect(await spelled(0xef, 0xbb, 0xbf, 0x61)).toBe('a');
  });

  it('is read in UTF-16, as spreadsheets save Unicode text', async () => {
    expect(await spelled(0xff, 0xfe, 0xf6, 0x00, 0x09, 0x00)).toBe('ö\t');
    expect(await spelled(0xfe, 0xff, 0x00, 0xf6)).toBe('ö');
  });

  it('is none in another encoding, whose letters would be lost', async () => {
    expect(await spelled(0x4a, 0xf6, 0x72, 0x67)).toBeUndefined();
    expect(await spelled()).toBe('');
  });
});

describe('a file', () => {
  it('is read by the delimiter of its first line, and sent with commas', () => {
    const table = readTable('\uFEFFKundennummer;Name;Ort\r\nann;"Ann; Lee";"Ulm, Süd"\r\nbob;Bob;Köln\r\n');
    expect(table.titles).toEqual(['Kundennummer', 'Name', 'Ort']);
    expect(table.records).toEqual([
      { line: 2, cells: ['ann', 'Ann; Lee', 'Ulm, Süd'] },
      { line: 3, cells: ['bob', 'Bob', 'Köln'] },
    ]);
    expect(table.csv.split('\n').slice(0, 2)).toEqual(['Kundennummer,Name,Ort', 'ann,Ann; Lee,"Ulm, Süd"']);
  });

  it('takes no delimiter from within a quoted title, nor from a column of phone numbers', () => {
    expect(readTable('uid,"a;b;c;d"\nann,1').titles).toEqual(['uid', 'a;b;c;d']);
    expect(readTable('phone\n+4915112345\n+4915155555').titles).toEqual(['phone']);
  });

  it('counts lines as an editor does: blank ones, and breaks within quotes', () => {
    const { records } = readTable('uid,note\n\nann,"one\ntwo"\n\nbob,x\n');
    expect(records.map(({ line }) => line)).toEqual([3, 6]);
  });

  it('keeps the numbers of lines when its delimiter is changed', () => {
    const { csv } = readTable('uid;note\n\nann;"one\ntwo"\nbob;x');
    expect(readTable(csv).records.map(({ line }) => line)).toEqual([3, 5]);
  });
});

describe('a quote', () => {
  it.each([
    ['uid;name\nann;Ann\nbob;"Bob"y\ncy;Cy\n', 3],
    ['uid,name\nann,"Ann\nbob,Bob\n', 2],
    ['uid,name\nann,"one\ntwo"\n\nbob,"B" Lee\n', 5],
  ])('that swallows the lines behind it is named by its line', (text, line) => {
    const table = readTable(text);
    expect(table.brokenAt).toBe(line);
    expect(problemOfMapping(table, ['uid', ''])).toEqual({ text: 'brokenQuote', value: String(line) });
  });

  it.each(['uid,name\nann,"A ""B"" C"\n', 'uid,name\nann,6\'5"\n', 'uid,name\nann,"Ann" \n'])(
    'that closes its cell, or begins none, is fine',
    (text) => {
      expect(problemOfMapping(readTable(text), ['uid', ''])).toBeUndefined();
    },
  );
});

describe('a mapping', () => {
  it.each([
    ['uid', 'uid'],
    ['User ID', 'uid'],
    ['DISPLAYNAME', 'displayName'],
    ['Phone number', 'phone'],
    ['e-mail', 'email'],
    ['attributes.home.city', 'attributes.home.city'],
    ['consents.sms.marketing', 'consents.sms.marketing'],
    ['Shoe size', ''],
  ])('guesses the field of %s', (title, field) => {
    expect(guessField(title)).toBe(field);
  });

  it('gives a field to one column alone', () => {
    expect(guessMapping(['id', 'uid', 'Name'])).toEqual(['uid', '', 'displayName']);
  });

  it('offers an attribute for any title', () => {
    expect(attributeOf('Shoe size (EU)')).toBe('attributes.shoeSizeEU');
    expect(attributeOf('Größe')).toBe('attributes.größe');
  });

  it.each([
    ['uid,a\nann,1', ['uid', ''], undefined],
    ['x,a\nann,1', ['', 'attributes.a'], { text: 'noUid' }],
    ['uid,a\nann,1', ['uid', 'uid'], { text: 'twice', value: 'uid' }],
    ['uid,a\nann,1', ['uid', 'attribute.a'], { text: 'wrongField', value: 'attribute.a' }],
    ['uid,a,a\nann,1,2', ['uid', '', ''], { text: 'sameTitle', value: 'a' }],
    ['uid,a\n', ['uid', ''], { text: 'noRows' }],
    ['', [], { text: 'noTitles' }],
  ])('of %j to %j has the problem %j', (text, fields, problem) => {
    expect(problemOfMapping(readTable(text), fields)).toEqual(problem);
  });

  it('names each column, so that none is refused', () => {
    expect(mappingOf(['Customer', 'Note'], ['uid', ''])).toEqual({ Customer: 'uid', Note: '' });
  });
});

describe('lines that failed', () => {
  const table = readTable('uid,phone,importError\nann,123,old\nbob,+491511,\ncy,,\n');
  const errors = [
    { line: 4, column: null, value: null, message: 'was deleted' },
    { line: 2, column: 'phone', value: '123', message: 'must be a phone number' },
    { line: 2, column: 'uid', value: 'ann', message: 'is wrong' },
  ];

  it('have their errors together, in the order of lines', () => {
    expect([...errorsByLine(errors)]).toEqual([
      [2, 'phone must be a phone number; uid is wrong'],
      [4, 'was deleted'],
    ]);
  });

  it('come back as a file whose reasons replace those of the last time', () => {
    const file = failedLines(table, { errors, failedLines: '2,4' }, 'untold');
    expect(readTable(file).records.map(({ cells }) => cells)).toEqual([
      ['ann', '123', 'phone must be a phone number; uid is wrong'],
      ['cy', '', 'was deleted'],
    ]);
  });

  it('all come back, also those whose errors are not told any more', () => {
    const [first] = errors.slice(1);
    const file = failedLines(table, { errors: first ? [first] : [], failedLines: '2-4' }, 'untold');
    expect(readTable(file).records.map(({ cells }) => cells)).toEqual([
      ['ann', '123', 'phone must be a phone number'],
      ['bob', '+491511', 'untold'],
      ['cy', '', 'untold'],
    ]);
  });

  it('are told as ranges', () => {
    const failed = readFailedLines('2,7-9,1000000');
    expect([1, 2, 3, 6, 7, 8, 9, 10, 1_000_000, 1_000_001].filter((line) => failed.has(line))).toEqual([
      2, 7, 8, 9, 1_000_000,
    ]);
    expect(failed.count).toBe(5);
    expect(readFailedLines('').count).toBe(0);
    expect(readFailedLines('').has(2)).toBe(false);
  });
});
