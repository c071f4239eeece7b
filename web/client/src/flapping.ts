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

  constructor(private readonly clock: Clock) {}

  /** Count a change; answers whether there were too many. */
  changed(id: string): boolean {
    const now = this.clock.now();
    const lately = (this.times.get(id) ?? []).filter((at) => at <= now && now - at < WINDOW_MS);
    lately.push(now);
    this.times.set(id, lately.slice(-FLAPS));
    return lately.length >= FLAPS;
  }

  forget(): void {
    this.times.clear();
  }
}

/**
 * Listen, and stop for a minute when somebody changes their document twelve times in 10 s:
 * what is shown stays. `listen` is given a function to call with the id of each changed document.
 * The rules cannot hold back who deletes a document and writes it anew, so everybody's listener does.
 */
export function listenWithRests(clock: Clock, listen: (changed: (id: string) => void) => Stop): Stop {
  const flapping = new Flapping(clock);
  let stopAlarm: Stop = () => undefined;
  let stopListening: Stop = () => undefined;
  let isResting = false;

  const rest = (): void => {
    isResting = true;
    flapping.forget();
    stopListening();
    stopAlarm = clock.after(REST_MS, begin);
  };
  const begin = (): void => {
    isResting = false;
    const stop = listen((id) => {
      if (!isResting && flapping.changed(id)) rest();
    });
    // A listener may hear before it is known how to stop it.
    if (isResting) stop();
    else stopListening = stop;
  };

  begin();
  return () => {
    stopAlarm();
    stopListening();
  };
}
