/** The text of the next answer, as the desk keeps it, and the id that its message will have. */
import { type Desk, type Draft, LIMITS, newId } from 'parley-client';
import { textOf, type Unsent, unsentAs } from './unsent.js';

/** What was not sent before stands for itself until somebody changes it: sent again it has its own id. */
export class Reply {
  private text = '';
  /** What the text is made of, as long as nobody has changed it. */
  private unsent: readonly Unsent[] = [];
  /** The ids under which the desk keeps texts that have become another one. */
  private outdated: readonly string[] = [];
  private messageId = newId();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly desk: Pick<Desk, 'write' | 'settle'>) {}

  /** Somebody types. */
  change(text: string): void {
    if (this.unsent.length > 0) this.begin([...this.outdated, ...idsOf(this.unsent)]);
    this.write(text);
  }

  /** Show what was not sent, before what is there: the desk keeps it. */
  takeIn(added: readonly Unsent[]): void {
    if (added.length === 0) return;
    if (this.text === textOf(this.unsent)) {
      this.unsent = [...added, ...this.unsent];
      this.show(textOf(this.unsent));
      return;
    }
    this.begin([...this.outdated, ...idsOf(this.unsent), ...idsOf(added)]);
    this.write([textOf(added), this.text].filter(Boolean).join('\n'));
  }

  /** Show no longer what has arrived all the same, as it does when a page was closed while it sent. */
  drop(isSent: (messageId: string) => boolean): void {
    const left = this.unsent.filter(({ messageId }) => !isSent(messageId));
    if (left.length === this.unsent.length) return;
    for (const { messageId } of this.unsent) if (isSent(messageId)) this.desk.settle(messageId);
    this.unsent = left;
    this.show(textOf(left));
  }

  /** Begin anew; return the id to send a draft of this text under. */
  take(draft: Draft): string {
    const known = unsentAs(this.unsent, draft);
    const messageId = known ?? (this.unsent.length > 0 ? newId() : this.messageId);
    for (const id of [...this.outdated, ...idsOf(this.unsent)]) if (id !== messageId) this.desk.settle(id);
    this.begin([]);
    this.show('');
    return messageId;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): string => this.text;

  private begin(outdated: readonly string[]): void {
    this.unsent = [];
    this.outdated = outdated;
    this.messageId = newId();
  }

  private write(text: string): void {
    this.show(text);
    // What is too long to be sent is too long to be kept; the composer says so.
    if (text.length > LIMITS.CHAT_BODY) return;
    for (const id of this.outdated) this.desk.settle(id);
    this.outdated = [];
    this.desk.write(text, this.messageId);
  }

  private show(text: string): void {
    this.text = text;
    for (const listener of [...this.listeners]) listener();
  }
}

function idsOf(unsent: readonly Unsent[]): string[] {
  return unsent.map(({ messageId }) => messageId);
}
