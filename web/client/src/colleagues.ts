/** The other staff at a case, as their desks show them. Pure. */
import type { Desk as StoredDesk, Timestamp, UnsentAnswer } from '../../../schema/exported/parley.js';
import { LIMITS } from './limits.js';

/** How long somebody is shown at a case, and as typing, after they were last heard of. */
export const SHOWN_MS = LIMITS.DESK_SHOWN_SECONDS * 1_000;
export const TYPING_MS = 8_000;

/**
 * One of the other staff at a case. `draft` is what they have not sent, and `unsent` what they said that
 * had not arrived. A text whose message is there was sent: the draft's has the id `draftId`.
 */
export interface Colleague {
  staffId: string;
  isViewing: boolean;
  isTyping: boolean;
  draft?: string;
  draftId?: string;
  unsent?: UnsentAnswer[];
  viewedAt: Timestamp;
}

export interface Heard {
  desk: StoredDesk;
  /** By this device's clock; of a desk from before it is unknown how old it is. */
  at: number;
}

export function colleague(staffId: string, { desk, at }: Heard, now: number): Colleague {
  const isViewing = !desk.left && now < at + SHOWN_MS;
  return {
    staffId,
    isViewing,
    isTyping: isViewing && desk.typing === true && now < at + TYPING_MS,
    ...(desk.draft !== undefined && { draft: desk.draft }),
    ...(desk.draftId !== undefined && { draftId: desk.draftId }),
    ...(desk.unsent !== undefined && { unsent: desk.unsent }),
    viewedAt: desk.viewedAt,
  };
}
