/** A clock that stands still until it is moved. */
import type { Clock } from '../../src/pacing.js';

interface Alarm {
  at: number;
  call: () => void;
}

export class HandClock implements Clock {
  private time = 1_000_000;
  private alarms: Alarm[] = [];

  now(): number {
    return this.time;
  }

  /** How many alarms are to ring. */
  get waiting(): number {
    return this.alarms.length;
  }

  after(milliseconds: number, call: () => void): () => void {
    const alarm = { at: this.time + milliseconds, call };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((each) => each !== alarm);
    };
  }

  /** Set the clock itself, as a person does; alarms ring after as long as before. */
  set(time: number): void {
    for (const alarm of this.alarms) alarm.at += time - this.time;
    this.time = time;
  }

  /** Move on; alarms ring in their order, at their time. */
  move(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = this.alarms.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.time = next.at;
      this.alarms = this.alarms.filter((each) => each !== next);
      next.call();
    }
    this.time = end;
  }
}
