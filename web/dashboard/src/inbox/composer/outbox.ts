/** Answers that can still be taken back: they are sent a few seconds after one has said so. */
import type { Draft } from 'parley-client';

export const UNDO_MS = 5_000;

export interface Held {
  /** The id that its message will have. */
  id: string;
  draft: Draft;
  /** When it is sent, by this device's clock. */
  dueAt: number;
}

export interface Clock {
  now(): number;
  after(milliseconds: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** In the order in which they were said; whoever leaves the case has them sent at once. */
export class Outbox {
  private held: readonly Held[] = [];
  /** Gets what is taken back. */
  takenBack: (id: string, draft: Draft) => void = () => undefined;
  private readonly stops = new Map<string, () => void>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly send: (id: string, draft: Draft) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  hold(id: string, draft: Draft): void {
    this.held = [...this.held, { id, draft, dueAt: this.clock.now() + UNDO_MS }];
    this.stops.set(
      id,
      this.clock.after(UNDO_MS, () => this.release(id)),
    );
    this.changed();
  }

  /** Give one back to who wrote it; nothing if it has been sent. */
  takeBack(id: string): void {
    const taken = this.take(id);
    if (taken) this.takenBack(id, taken.draft);
  }

  /** Give back the last one; answers whether there was one. */
  takeBackLast(): boolean {
    const last = this.held.at(-1);
    if (last) this.takeBack(last.id);
    return last !== undefined;
  }

  /** Send one now. */
  release(id: string): void {
    const taken = this.take(id);
    if (taken) this.send(id, taken.draft);
  }

  /** Send all now. */
  flush(): void {
    for (const { id } of this.held) this.release(id);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): readonly Held[] => this.held;

  private take(id: string): Held | undefined {
    const found = this.held.find((each) => each.id === id);
    if (!found) return undefined;
    this.stops.get(id)?.();
    this.stops.delete(id);
    this.held = this.held.filter((each) => each !== found);
    this.changed();
    return found;
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
