/**
 * What a page's Firestore SDK says and hears on its listen channel, counted from inside the page. It is loaded
 * before the page's own scripts, and stands between them and `fetch`, by which the SDK opens the channel.
 */

interface Target {
  /** The collection of a query, or the first document that is named. */
  path: string;
  documents: Set<string>;
}

interface Peak {
  path: string;
  documents: number;
}

declare global {
  interface Window {
    wire: Wire;
  }
}

class Wire {
  /** Documents that were delivered to a listener or a read: what Firestore charges. */
  reads = 0;
  /** The most documents listened to at one time, of all targets. */
  peak = 0;
  private readonly peaks = new Map<string, number>();
  private readonly targets = new Map<number, Target>();

  /** How many documents are listened to now, by collection. */
  get listened(): Peak[] {
    return [...this.sums()].map(([path, documents]) => ({ path, documents }));
  }

  /** The most documents listened to at one time, by collection. */
  get peaksByPath(): Peak[] {
    return [...this.peaks].map(([path, documents]) => ({ path, documents }));
  }

  get open(): number {
    return this.targets.size;
  }

  /** Begin to count anew; what is listened to stays. */
  begin(): void {
    this.reads = 0;
    this.peak = 0;
    this.peaks.clear();
    this.look();
  }

  /** A new channel knows no targets: the SDK names those that it needs. */
  opened(): void {
    this.targets.clear();
  }

  said(asked: Asked): void {
    if (asked.removeTarget !== undefined) this.targets.delete(asked.removeTarget);
    const { addTarget } = asked;
    if (!addTarget) return;
    this.targets.set(addTarget.targetId, { path: pathOf(addTarget), documents: new Set() });
  }

  heard({ documentChange, documentDelete, documentRemove, targetChange }: Answered): void {
    if (documentChange) {
      const { document, targetIds = [], removedTargetIds = [] } = documentChange;
      this.reads += targetIds.length;
      for (const id of targetIds) this.targets.get(id)?.documents.add(document.name);
      for (const id of removedTargetIds) this.targets.get(id)?.documents.delete(document.name);
    }
    for (const gone of [documentDelete, documentRemove]) {
      for (const id of gone?.removedTargetIds ?? []) this.targets.get(id)?.documents.delete(gone?.document ?? '');
    }
    const { targetChangeType, targetIds = [] } = targetChange ?? {};
    for (const id of targetIds) {
      if (targetChangeType === 'RESET') this.targets.get(id)?.documents.clear();
      if (targetChangeType === 'REMOVE') this.targets.delete(id);
    }
    this.look();
  }

  private look(): void {
    const sums = this.sums();
    for (const [path, sum] of sums) this.peaks.set(path, Math.max(sum, this.peaks.get(path) ?? 0));
    this.peak = Math.max(
      this.peak,
      [...sums.values()].reduce((sum, each) => sum + each, 0),
    );
  }

  private sums(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { path, documents } of this.targets.values()) sums.set(path, (sums.get(path) ?? 0) + documents.size);
    return sums;
  }
}

interface AddTarget {
  targetId: number;
  query?: {
    parent: string;
    structuredQuery: { from: { collectionId: string }[]; where?: unknown };
  };
  documents?: { documents: string[] };
}

interface Asked {
  addTarget?: AddTarget;
  removeTarget?: number;
}

interface Answered {
  documentChange?: { document: { name: string }; targetIds?: number[]; removedTargetIds?: number[] };
  documentDelete?: { document: string; removedTargetIds?: number[] };
  documentRemove?: { document: string; removedTargetIds?: number[] };
  targetChange?: { targetChangeType?: string; targetIds?: number[] };
}

/** The path without the database; of a query with a condition on `isUnread`, told apart by it. */
function pathOf({ query, documents }: AddTarget): string {
  if (!query) return short(documents?.documents[0] ?? '');
  const { parent, structuredQuery } = query;
  const path = `${short(parent)}/${structuredQuery.from[0]?.collectionId}`;
  return JSON.stringify(structuredQuery.where ?? '').includes('"isUnread"') ? `${path} (unread)` : path;
}

function short(name: string): string {
  return name.split('/documents/')[1] ?? '';
}

const CHANNEL = '/google.firestore.v1.Firestore/Listen/channel';

/** The messages of a request: `req0___data__={...}&req1___data__={...}`. */
function messagesIn(body: string): Asked[] {
  return [...new URLSearchParams(body)]
    .filter(([name]) => /^req\d+___data__$/.test(name))
    .map(([, value]) => JSON.parse(value) as Asked);
}

/** Reads an answer as it arrives: each frame is its length, a line end, and a list of numbered messages. */
class Frames {
  private text = '';

  constructor(private readonly told: (message: Answered) => void) {}

  hear(part: string): void {
    this.text += part;
    for (;;) {
      const lineEnd = this.text.indexOf('\n');
      const end = lineEnd + 1 + Number(this.text.slice(0, lineEnd));
      if (lineEnd < 1 || this.text.length < end) return;
      const numbered = JSON.parse(this.text.slice(lineEnd + 1, end)) as [number, unknown[]][];
      this.text = this.text.slice(end);
      for (const [, messages] of numbered) {
        for (const message of messages) if (typeof message === 'object' && message) this.told(message as Answered);
      }
    }
  }
}

const wire = new Wire();
window.wire = wire;
const { fetch: ask } = window;

window.fetch = async (asked, settings) => {
  const request = new Request(asked instanceof Request ? asked.clone() : asked, settings);
  const { url, method } = request;
  if (!url.includes(CHANNEL)) return ask(asked, settings);
  const isPost = method === 'POST';
  // The first request of a channel has no id of a session yet.
  if (isPost && !url.includes('SID=')) wire.opened();
  if (isPost) for (const message of messagesIn(await request.text())) wire.said(message);
  const response = await ask(asked, settings);
  if (!isPost) void follow(response.clone());
  return response;
};

async function follow({ body }: Response): Promise<void> {
  const frames = new Frames((message) => wire.heard(message));
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) frames.hear(part.value);
  } catch {
    // The page has closed its channel.
  }
}

export {};
