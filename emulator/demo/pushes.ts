/** Compare the pushes that the stand-in for FCM received with those expected, by device and message. */
import { createHash } from 'node:crypto';
import { FCM } from './settings.js';
import { logOf } from './standIn.js';

/** The id under which a repeated push replaces itself on a device. */
export function tagOf(chatId: string, messageId: string): string {
  return createHash('sha256').update(`${chatId}/${messageId}`).digest('hex').slice(0, 32);
}

/** A push as the stand-in's log has it. */
export interface Push {
  token: string;
  tag: string;
  /** The status that the stand-in answered. */
  status: number;
  /** When it came, in milliseconds since 1970. */
  at: number;
  // biome-ignore lint/suspicious/noExplicitAny: a message of FCM has many fields, and the demo reads few
  message: any;
}

/** Return every push to these tokens, in order; those of other runs are left out. */
async function sentTo(tokens: Set<string>): Promise<Push[]> {
  const log = await logOf<{ message?: Push['message'] }>(FCM);
  return log
    .map(({ request, status, at }) => ({
      token: request?.message?.token ?? request?.message?.fid,
      tag: request?.message?.android?.notification?.tag,
      status,
      at: Date.parse(at),
      message: request?.message,
    }))
    .filter(({ token }) => tokens.has(token));
}

/** Return every push to one device, in order. */
export function pushesTo(token: string): Promise<Push[]> {
  return sentTo(new Set([token]));
}

interface Compared {
  /** Expected pushes that were accepted, those included that a summary of folded ones counts. */
  arrived: number;
  /** The most pushes to one device. */
  most: number;
  /** When the last message was pushed by itself, in milliseconds since 1970. */
  lastAlone: number;
  /** Notifications that nobody expected. */
  unexpected: number;
  repeats: number;
  pushes: Push[];
}

/** The pushes that a run expects, each a device and a message. */
export class ExpectedPushes {
  private readonly keys = new Set<string>();
  private readonly tokens = new Set<string>();

  add(tokens: string[], { chatId, messageId }: { chatId: string; messageId: string }): void {
    const tag = tagOf(chatId, messageId);
    for (const token of tokens) {
      this.tokens.add(token);
      this.keys.add(keyOf({ token, tag }));
    }
  }

  get count(): number {
    return this.keys.size;
  }

  /**
   * Compare with the log; `alsoWatched` are tokens that must get nothing. A repeat under the same
   * tag replaces itself on the device, so it counts once.
   */
  async compare(alsoWatched: Iterable<string> = []): Promise<Compared> {
    const pushes = await sentTo(new Set([...this.tokens, ...alsoWatched]));
    const taken = pushes.filter(({ status }) => status === 200);
    const accepted = taken.filter((push) => !isSummary(push));
    const shown = new Set(accepted.map(keyOf));
    const single = [...shown].filter((each) => this.keys.has(each)).length;
    const folded = taken.filter(isSummary).reduce((sum, { message }) => sum + Number(message.data.count), 0);
    const byToken = new Map<string, number>();
    for (const { token } of taken) byToken.set(token, (byToken.get(token) ?? 0) + 1);
    return {
      arrived: single + folded,
      most: Math.max(0, ...byToken.values()),
      lastAlone: Math.max(0, ...accepted.map(({ at }) => at)),
      unexpected: shown.size - single,
      repeats: accepted.length - shown.size,
      pushes,
    };
  }
}

/** Whether a push tells of several messages that were folded. */
export function isSummary({ message }: Push): boolean {
  return message?.data?.type === 'messages';
}

function keyOf({ token, tag }: { token: string; tag: string }): string {
  return `${token} ${tag}`;
}
