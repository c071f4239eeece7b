/** A value that changes, and its subscribers. */
import { ParleyError } from './errors.js';

export type Stop = () => void;
export type Listener<T> = (value: T) => void;

/**
 * The newest value of something on the screen. Subscribers get it at once, and again at each change,
 * until it is closed.
 */
export class Live<T> {
  /** The newest value, or nothing before the first. */
  value: T | undefined;
  /** The error that ended it, for example because the user was removed from the chat. */
  error: ParleyError | undefined;
  /** Why it ended; undefined while it listens. */
  protected ended: ParleyError | undefined;
  private readonly listeners = new Set<Listener<T>>();
  private readonly failureListeners = new Set<Listener<ParleyError>>();
  private readonly waiting = new Set<Listener<ParleyError>>();
  private readonly stops: Stop[] = [];

  /** Return the function that unsubscribes. */
  subscribe(listener: Listener<T>, onError?: Listener<ParleyError>): Stop {
    this.listeners.add(listener);
    if (onError) this.failureListeners.add(onError);
    if (this.value !== undefined) listener(this.value);
    if (this.error) onError?.(this.error);
    return () => {
      this.listeners.delete(listener);
      if (onError) this.failureListeners.delete(onError);
    };
  }

  /**
   * Wait for the first value that fits, which may be the present one. Rejects if the value ends
   * before, also by `close`. There is no deadline.
   */
  first(fits: (value: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve, reject) => {
      let stop: Stop = () => undefined;
      const end = (): void => {
        this.waiting.delete(giveUp);
        stop();
      };
      const giveUp = (error: ParleyError): void => {
        end();
        reject(error);
      };
      this.waiting.add(giveUp);
      stop = this.subscribe((value) => {
        if (!this.waiting.has(giveUp) || !fits(value)) return;
        end();
        resolve(value);
      });
      if (!this.waiting.has(giveUp)) stop();
      else if (this.ended) giveUp(this.ended);
    });
  }

  /** End it: drop the subscribers, and reject those who wait for a value. */
  close(): void {
    this.end(this.ended ?? closedBefore());
    this.listeners.clear();
    this.failureListeners.clear();
  }

  /** Set the value; for its producer. */
  set(value: T): void {
    this.value = value;
    for (const listener of [...this.listeners]) listener(value);
  }

  /** End it with an error; later errors are ignored. */
  fail(error: ParleyError): void {
    if (this.ended) return;
    this.error = error;
    this.end(error);
    tellEach(this.failureListeners, error);
  }

  private end(why: ParleyError): void {
    this.ended = why;
    for (const stop of this.stops.splice(0)) stop();
    for (const giveUp of [...this.waiting]) giveUp(why);
  }

  /** Stop these too when it ends. */
  whenClosed(...stops: Stop[]): void {
    this.stops.push(...stops);
  }
}

/** Call every listener even if one throws. The app's fault is reported as uncaught afterwards. */
export function tellEach<T>(listeners: Iterable<Listener<T>>, value: T): void {
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (fault) {
      queueMicrotask(() => {
        throw fault;
      });
    }
  }
}

/** The error of a promise that waits on something closed. */
export function closedBefore(): ParleyError {
  return new ParleyError({ act: 'go on listening', reason: 'closed', code: 'cancelled' });
}
