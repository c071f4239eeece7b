/** Time that passes when told to. */
export class HandClock {
  private time = 0;
  private alarms: { at: number; call: () => void }[] = [];

  now = (): number => this.time;

  after = (milliseconds: number, call: () => void): (() => void) => {
    const alarm = { at: this.time + milliseconds, call };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((each) => each !== alarm);
    };
  };

  pass(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.alarms.filter(({ at }) => at <= this.time);
    this.alarms = this.alarms.filter(({ at }) => at > this.time);
    for (const { call } of due) call();
  }
}
