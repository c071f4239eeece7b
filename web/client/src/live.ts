/** A value that changes, and those who want to know. */
import { ParleyError } from './errors.js';

export type Stop = () => void;
export type Listener<T> = (value: T) => void;

/**
 * What is shown on a screen: the newest value, told at once to whoever subscribes and again at
 * each change, until it is closed.
 */
export class Live<T> {
  /** The newest value, or nothing before the first. */
  value: T | undefined;
  /** Why it changes no more, for example since one was removed from the chat. */
  error: ParleyError | undefined;
  /** Why nothing can be waited for any more; nothing while it listens. */
  protected ended: ParleyError | undefined;
  private readonly listeners = new Set<Listener<T>>();
  private readonly failureListeners = new Set<Listener<ParleyError>>();
  private readonly waiting = new Set<Listener<ParleyError>>();
  private readonly stops: Stop[] = [];

  /** Answers how to unsubscribe. */
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
   * The first value that fits, which may be the present one; rejects with whatever ends the
   * listening before, be it `close`. It has no deadline of its own.
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

  /** End it: nobody is told of anything any more, and who waits for a value is told that none comes. */
  close(): void {
    this.end(this.ended ?? closedBefore());
    this.listeners.clear();
    this.failureListeners.clear();
  }

  /** For whoever makes the value. */
  set(value: T): void {
    this.value = value;
    for (const listener of [...this.listeners]) listener(value);
  }

  /** End it by an error; one that comes later is no news. */
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

  /** What `close` also ends. */
  whenClosed(...stops: Stop[]): void {
    this.stops.push(...stops);
  }
}

/** Tell each of them, though one throws: that is reported as uncaught when all are told, since it is the app's fault. */
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

/** What a promise rejects with that waited for something when it was closed, or was asked of it later. */
export function closedBefore(): ParleyError {
  return new ParleyError({ act: 'go on listening', reason: 'closed', code: 'cancelled' });
}
