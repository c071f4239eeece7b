/** What this tab has said and the server does not have yet, also in cases that were left since. */
import type { Draft } from 'parley-client';

export interface RefusedAnswer {
  /** The id that it is sent again under. */
  messageId: string;
  chatId: string;
  draft: Draft;
  error: unknown;
}

/** A case on the screen, as far as its answers go. */
export interface AnsweredCase {
  /** Whether its thread has the message, sent or not. */
  shows(messageId: string): boolean;
  /** Keep an answer no longer: it has arrived. */
  settle(messageId: string): void;
}

type Told = (answer: RefusedAnswer) => void;

/** While something waits here, the browser asks before it closes the page. */
export class UnderWay {
  private readonly waiting = new Set<string>();
  private readonly cases = new Map<string, AnsweredCase>();
  private readonly listeners = new Set<Told>();
  private refused: readonly RefusedAnswer[] = [];

  constructor(private readonly page: Pick<Window, 'addEventListener' | 'removeEventListener'> = window) {}

  /** An answer waits, held or on its way, until `end`. */
  begin(messageId: string): void {
    this.waiting.add(messageId);
    this.page.addEventListener('beforeunload', ask);
  }

  end(messageId: string): void {
    this.waiting.delete(messageId);
    // A page that listens for nothing is kept whole by the browser when one goes back to it.
    if (this.waiting.size === 0) this.page.removeEventListener('beforeunload', ask);
  }

  isWaiting(messageId: string): boolean {
    return this.waiting.has(messageId);
  }

  /** A case is on the screen. Return how to leave it. */
  open(chatId: string, shown: AnsweredCase): () => void {
    this.cases.set(chatId, shown);
    return () => {
      if (this.cases.get(chatId) === shown) this.cases.delete(chatId);
    };
  }

  /** The case if it is on the screen, perhaps opened anew since. */
  caseOf(chatId: string): AnsweredCase | undefined {
    return this.cases.get(chatId);
  }

  /** An answer was refused whose case was left; it is kept until its case takes it, unless that shows it. */
  refuse(answer: RefusedAnswer): void {
    if (!this.caseOf(answer.chatId)?.shows(answer.messageId)) this.refused = [...this.refused, answer];
    for (const told of [...this.listeners]) told(answer);
  }

  /** Give a case the answers back that were refused after it was left. */
  takeRefused(chatId: string): RefusedAnswer[] {
    const taken = this.refused.filter((each) => each.chatId === chatId);
    this.refused = this.refused.filter((each) => each.chatId !== chatId);
    return taken;
  }

  /** Return the function that ends it. */
  whenRefused(told: Told): () => void {
    this.listeners.add(told);
    return () => this.listeners.delete(told);
  }
}

function ask(event: Event): void {
  event.preventDefault();
}
