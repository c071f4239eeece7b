/** Limit how often something is written, since each write costs. */

/** The time and its timers; tests move one by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Call later, unless the returned function is called before. */
  after(milliseconds: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Whether less than `interval` has passed `since`; not if the clock was set back behind it. */
export function isWithin(interval: number, since: number, now: number): boolean {
  return since <= now && now < since + interval;
}

/**
 * Act once after a burst: `quiet` milliseconds after its last call, but never later than `longest`
 * after its first.
 */
export class Debounce {
  /** Resolves when whatever it has begun so far is over. */
  private done: Promise<unknown> = Promise.resolve();
  private stopAlarm: (() => void) | undefined;
  private since = 0;

  constructor(
    private readonly clock: Clock,
    private readonly quiet: number,
    private readonly longest: number,
    /** What takes its time answers a promise, which does not reject. */
    private readonly act: () => unknown,
  ) {}

  call(): void {
    const now = this.clock.now();
    // A clock that was set back would make the longest wait longer.
    if (!this.stopAlarm || now < this.since) this.since = now;
    this.stopAlarm?.();
    const wait = Math.min(this.quiet, this.since + this.longest - now);
    this.stopAlarm = this.clock.after(Math.max(0, wait), () => void this.flush());
  }

  /** Act now if anything waits; a screen that closes calls this. Resolves when all that was begun is over. */
  flush(): Promise<unknown> {
    if (this.stopAlarm) {
      this.cancel();
      const before = this.done;
      const begun = this.act();
      this.done = before.then(() => begun).then(() => undefined);
    }
    return this.done;
  }

  /** Do not act on what waits. */
  cancel(): void {
    this.stopAlarm?.();
    this.stopAlarm = undefined;
  }
}

/** Act at the first call, and then at most once in `interval` milliseconds; what comes between is dropped. */
export class Throttle {
  private last: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly interval: number,
    private readonly act: () => void,
  ) {}

  call(): void {
    const now = this.clock.now();
    if (this.last !== undefined && isWithin(this.interval, this.last, now)) return;
    this.last = now;
    this.act();
  }

  /** The next call acts, whenever it comes. */
  reset(): void {
    this.last = undefined;
  }

  /** Whether it has acted since the last reset. */
  get hasActed(): boolean {
    return this.last !== undefined;
  }
}
