/** The parts of a message's text. Pure. */

export interface Part {
  kind: 'text' | 'link' | 'mention' | 'match';
  text: string;
}

/** Closing punctuation after an address belongs to the sentence. */
const LINK = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'»”]/gu;

/** Part a text into links, mentions of these names (`@Ann`), and what is searched for in the rest. */
export function partsOf(body: string, mentioned: string[], searched = ''): Part[] {
  let parts: Part[] = [{ kind: 'text', text: body }];
  parts = parts.flatMap((part) => split(part, LINK, 'link'));
  const names = mentioned.filter(Boolean).sort((one, other) => other.length - one.length);
  if (names.length > 0) {
    const mention = new RegExp(names.map((name) => `@${escaped(name)}`).join('|'), 'gu');
    parts = parts.flatMap((part) => split(part, mention, 'mention'));
  }
  if (searched) {
    const match = new RegExp(escaped(searched), 'giu');
    parts = parts.flatMap((part) => split(part, match, 'match'));
  }
  return parts;
}

function split(part: Part, found: RegExp, kind: Part['kind']): Part[] {
  if (part.kind !== 'text') return [part];
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: text, index } of part.text.matchAll(found)) {
    if (index > end) parts.push({ kind: 'text', text: part.text.slice(end, index) });
    parts.push({ kind, text });
    end = index + text.length;
  }
  if (end < part.text.length) parts.push({ kind: 'text', text: part.text.slice(end) });
  return parts;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}
