/** Answers that were typed or said and have not arrived. Pure. */
import type { Colleague, Draft, MessagesShown, UnsentAnswer } from 'parley-client';

export interface Unsent {
  /** The id that its message will have, and cannot have twice. */
  messageId: string;
  draft: Draft;
}

/** What to put into a composer: the texts of the desk, and answers that this tab still has with their files. */
export function unsentOf(stored: readonly UnsentAnswer[], refused: readonly Unsent[]): Unsent[] {
  const known = new Map(refused.map((each) => [each.messageId, each]));
  const kept = stored.map(({ messageId, body }) => known.get(messageId) ?? { messageId, draft: { body } });
  const ids = new Set(stored.map(({ messageId }) => messageId));
  return [...kept, ...refused.filter(({ messageId }) => !ids.has(messageId))];
}

export function textOf(unsent: readonly Unsent[]): string {
  return unsent
    .map(({ draft }) => draft.body ?? '')
    .filter(Boolean)
    .join('\n');
}

/** Return the id of the one answer that a draft is, if it is one: sent under it, it cannot arrive twice. */
export function unsentAs(unsent: readonly Unsent[], draft: Draft): string | undefined {
  const [one, ...more] = unsent;
  return one && more.length === 0 && contentOf(one.draft) === contentOf(draft) ? one.messageId : undefined;
}

/**
 * Return what a colleague has not sent. What the thread has was sent, though the desk of somebody who
 * closed the page meanwhile still says otherwise. Where the thread does not reach back as far, it cannot
 * be known of what was said, and only the draft is shown.
 */
export function unsentText(
  { draft, draftId, unsent = [], viewedAt }: Colleague,
  shown: MessagesShown | undefined,
): string | undefined {
  const sent = (shown?.messages ?? []).filter(({ state }) => state === 'sent');
  const ids = new Set(sent.map(({ id }) => id));
  const oldest = sent[0]?.createdAt;
  const reachesBack = !shown?.hasOlder || (oldest !== undefined && oldest.toMillis() <= viewedAt.toMillis());
  const isKnown = shown !== undefined && !shown.hasNewer && reachesBack;
  const said = isKnown ? unsent.filter(({ messageId }) => !ids.has(messageId)).map(({ body }) => body) : [];
  const typed = draft === undefined || (draftId !== undefined && ids.has(draftId)) ? [] : [draft];
  return [...said, ...typed].join('\n') || undefined;
}

function contentOf({ body = '', attachments = [], replyTo }: Draft): string {
  return JSON.stringify([body, attachments.map(({ path }) => path), replyTo]);
}
