/** A value that changes, and those who want to know. */
import type { ParleyError } from './errors.js';

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
  private readonly listeners = new Set<Listener<T>>();
  private readonly failureListeners = new Set<Listener<ParleyError>>();
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
   * listening before. It has no deadline of its own.
   */
  first(fits: (value: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve, reject) => {
      let isDone = false;
      let stop: Stop = () => undefined;
      const end = (): void => {
        isDone = true;
        stop();
      };
      stop = this.subscribe((value) => {
        if (isDone || !fits(value)) return;
        end();
        resolve(value);
      }, (error) => {
        end();
        reject(error);
      });
      if (isDone) stop();
    });
  }

  close(): void {
    for (const stop of this.stops.splice(0)) stop();
    this.listeners.clear();
    this.failureListeners.clear();
  }

  /** For whoever makes the value. */
  set(value: T): void {
    this.value = value;
    for (const listener of [...this.listeners]) listener(value);
  }

  fail(error: ParleyError): void {
    this.error = error;
    for (const listener of [...this.failureListeners]) listener(error);
  }

  /** What `close` also ends. */
  whenClosed(...stops: Stop[]): void {
    this.stops.push(...stops);
  }
}
