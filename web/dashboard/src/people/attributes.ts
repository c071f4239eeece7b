/** The attributes of a person as lines to edit, and back. */
export type AttributeType = 'text' | 'number' | 'flag' | 'json';

export interface AttributeLine {
  name: string;
  type: AttributeType;
  text: string;
}

export function linesOf(attributes: Record<string, unknown> = {}): AttributeLine[] {
  return Object.entries(attributes)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, value]) => {
      if (typeof value === 'string') return { name, type: 'text', text: value };
      if (typeof value === 'number') return { name, type: 'number', text: String(value) };
      if (typeof value === 'boolean') return { name, type: 'flag', text: String(value) };
      return { name, type: 'json', text: JSON.stringify(value) };
    });
}

type LineProblem = 'noName' | 'twice' | 'dot' | 'number' | 'digits' | 'json';

/** What is wrong with the lines, by their place. */
export function problemsOf(lines: readonly AttributeLine[]): Map<number, LineProblem> {
  const found = new Map<number, LineProblem>();
  const seen = new Set<string>();
  lines.forEach(({ name, type, text }, at) => {
    if (!name.trim()) found.set(at, 'noName');
    else if (/[.\s]/.test(name)) found.set(at, 'dot');
    else if (seen.has(name)) found.set(at, 'twice');
    else if (type === 'number' && (text.trim() === '' || !Number.isFinite(Number(text)))) found.set(at, 'number');
    else if (type === 'number' && isRounded(Number(text))) found.set(at, 'digits');
    else if (type === 'json' && !isJson(text)) found.set(at, 'json');
    seen.add(name);
  });
  return found;
}

/**
 * Whether JavaScript has another number than was typed or stored: it rounds whole numbers of more than 15 digits
 * (`findings/firestore-web-rounds-what-python-wrote.sh`).
 */
export function isRounded(number: number): boolean {
  return Number.isInteger(number) && !Number.isSafeInteger(number);
}

/** The attributes of lines without problems. */
export function attributesOf(lines: readonly AttributeLine[]): Record<string, unknown> {
  return Object.fromEntries(lines.map(({ name, type, text }) => [name, parse(type, text)]));
}

function parse(type: AttributeType, text: string): unknown {
  switch (type) {
    case 'number':
      return Number(text);
    case 'flag':
      return text !== 'false';
    case 'json':
      return JSON.parse(text);
    default:
      return text;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
