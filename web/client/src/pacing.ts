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

/** How long a write without an answer, for example offline, holds up the next one. */
const UNANSWERED_MS = 5_000;
/** How often it is looked at again whether an answer has come. */
const LOOK_MS = 200;

/**
 * The writes of one document, which the rules take at most once in `interval` milliseconds: each
 * begins that long after the answer to the last one, when the server's time is past it for sure.
 */
export class Turns {
  private begunAt: number | undefined;
  private answeredAt: number | undefined;
  private line: Promise<void> = Promise.resolve();
  private lined = 0;

  constructor(
    private readonly clock: Clock,
    private readonly interval: number,
  ) {}

  private get isFree(): boolean {
    return this.wait <= 0;
  }

  /** Whether nothing waits, and the next write may begin now. */
  get isIdle(): boolean {
    return this.lined === 0 && this.isFree;
  }

  /** Resolve when the next write may begin; one that began meanwhile is waited for too. */
  async come(): Promise<void> {
    while (!this.isFree) await new Promise<void>((resolve) => this.clock.after(this.wait, resolve));
  }

  /** Write now, and count from the answer, whatever it is. */
  async write<T>(write: () => Promise<T>): Promise<T> {
    this.begunAt = this.clock.now();
    this.answeredAt = undefined;
    try {
      return await write();
    } finally {
      this.answeredAt = this.clock.now();
    }
  }

  /** Write after all that were lined up before have begun, at the pace. */
  async inLine<T>(write: () => Promise<T>): Promise<T> {
    let written: Promise<T> | undefined;
    this.lined += 1;
    const begun = this.line.then(async () => {
      await this.come();
      written = this.write(write);
      // It is the caller's to hear of.
      written.catch(() => undefined);
    });
    this.line = begun;
    await begun;
    this.lined -= 1;
    return written as Promise<T>;
  }

  private get wait(): number {
    const now = this.clock.now();
    if (this.begunAt === undefined) return 0;
    if (this.answeredAt === undefined) return isWithin(UNANSWERED_MS, this.begunAt, now) ? LOOK_MS : 0;
    return isWithin(this.interval, this.answeredAt, now) ? this.answeredAt + this.interval - now : 0;
  }
}
