/** Listeners that rest while somebody makes them costly: each change of a document costs a read. */
import { LIMITS } from './limits.js';
import type { Stop } from './live.js';
import type { Clock } from './pacing.js';

/** The changes of one document within a window that only a program makes. */
export const FLAPS = LIMITS.FLAPPING_CHANGES;
export const WINDOW_MS = LIMITS.FLAPPING_SECONDS * 1_000;
export const REST_MS = LIMITS.RESTING_SECONDS * 1_000;

/** Tells who changes their document more often than a person does. */
export class Flapping {
  private readonly times = new Map<string, number[]>();

  constructor(
    private readonly clock: Clock,
    private readonly most: number = FLAPS,
  ) {}

  /** Count a change; answers whether there were too many. */
  changed(id: string): boolean {
    const now = this.clock.now();
    const lately = (this.times.get(id) ?? []).filter((at) => at <= now && now - at < WINDOW_MS);
    lately.push(now);
    this.times.set(id, lately.slice(-this.most));
    return lately.length >= this.most;
  }

  forget(): void {
    this.times.clear();
  }
}

type Listen = (changed: (id: string) => void) => Stop;

/**
 * Listeners to what the same people write, which stop together for a minute when one of them changes
 * their documents twelve times in 10 s: what is shown stays. The rules cannot hold back who deletes a
 * document and writes it anew, so everybody's listeners do. One that begins meanwhile stops at the
 * first change that it hears.
 */
export class Rests {
  private readonly flapping: Flapping;
  private readonly listeners = new Set<RestingListener>();
  private stopAlarm: Stop | undefined;

  /** `most`: so many changes are too many, instead of twelve. */
  constructor(
    private readonly clock: Clock,
    most?: number,
  ) {
    this.flapping = new Flapping(clock, most);
  }

  /** Listen, with rests. `listen` is given a function to call with the id of whoever changed something. */
  listen(listen: Listen): Stop {
    const one = new RestingListener(listen, (id) => this.hear(one, id));
    this.listeners.add(one);
    one.begin();
    return () => {
      this.listeners.delete(one);
      one.rest();
      if (this.listeners.size === 0) this.end();
    };
  }

  private hear(one: RestingListener, id: string): void {
    if (this.stopAlarm) one.rest();
    else if (this.flapping.changed(id)) this.rest();
  }

  private rest(): void {
    this.flapping.forget();
    this.stopAlarm = this.clock.after(REST_MS, () => {
      this.stopAlarm = undefined;
      for (const each of [...this.listeners]) each.begin();
    });
    for (const each of this.listeners) each.rest();
  }

  private end(): void {
    this.stopAlarm?.();
    this.stopAlarm = undefined;
  }
}

/** One of them. */
class RestingListener {
  private stop: Stop | undefined;
  private isResting = true;

  constructor(
    private readonly listen: Listen,
    private readonly changed: (id: string) => void,
  ) {}

  /** Also for one that listens already. */
  begin(): void {
    if (!this.isResting) return;
    this.isResting = false;
    const stop = this.listen((id) => {
      if (!this.isResting) this.changed(id);
    });
    // A listener may hear before it is known how to stop it.
    if (this.isResting) stop();
    else this.stop = stop;
  }

  rest(): void {
    this.isResting = true;
    this.stop?.();
    this.stop = undefined;
  }
}

/** The same for one listener alone. */
export function listenWithRests(clock: Clock, listen: Listen): Stop {
  return new Rests(clock).listen(listen);
}
