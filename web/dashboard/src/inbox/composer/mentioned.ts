/** Staff whom a note names. Pure. */

/** The uids of those whom a text names as `@name`; of two names that begin alike the longer one counts. */
export function mentioned(text: string, staff: ReadonlyMap<string, { displayName: string }>): string[] {
  const byLength = [...staff].sort(([, one], [, other]) => other.displayName.length - one.displayName.length);
  let left = text;
  const uids: string[] = [];
  for (const [uid, { displayName }] of byLength) {
    if (displayName === '' || !left.includes(`@${displayName}`)) continue;
    uids.push(uid);
    // What one name has taken is no part of a shorter one.
    left = left.replaceAll(`@${displayName}`, '');
  }
  return uids;
}
