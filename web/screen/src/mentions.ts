/** Mentions while one writes: `@` and the beginning of a name. Pure. */

export interface Candidate {
  uid: string;
  name: string;
}

/** What was begun before the cursor: where the `@` stands and what follows it. */
export function begunMention(text: string, cursor: number): { at: number; begun: string } | undefined {
  const before = text.slice(0, cursor);
  const at = before.lastIndexOf('@');
  if (at < 0 || (at > 0 && !/\s/u.test(before.charAt(at - 1)))) return undefined;
  const begun = before.slice(at + 1);
  return begun.length > 40 || begun.includes('\n') ? undefined : { at, begun };
}

/** Those whose name, or a later word of it, begins so. */
export function matching(candidates: Candidate[], begun: string, most = 6): Candidate[] {
  const wanted = begun.toLocaleLowerCase();
  const fits = ({ name }: Candidate): boolean => {
    const lower = name.toLocaleLowerCase();
    return lower.startsWith(wanted) || lower.split(/\s+/u).some((word) => word.startsWith(wanted));
  };
  return candidates.filter(fits).slice(0, most);
}

/** Put a name in the place of what was begun; answers the text and where the cursor is then. */
export function completed(text: string, at: number, cursor: number, name: string): [text: string, cursor: number] {
  const inserted = `@${name} `;
  return [text.slice(0, at) + inserted + text.slice(cursor), at + inserted.length];
}

/** The people who were chosen and whose names still stand there. */
export function mentionsIn(text: string, chosen: Candidate[]): string[] {
  return [...new Set(chosen.filter(({ name }) => text.includes(`@${name}`)).map(({ uid }) => uid))];
}
