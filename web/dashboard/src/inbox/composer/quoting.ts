/** The message that the next answer replies to. */
import type { ShownMessage } from 'parley-client';

export class Quoting {
  private chosen: ShownMessage | undefined;
  private readonly listeners = new Set<() => void>();

  /** Reply to this message. */
  quote = (message: ShownMessage): void => this.change(message);

  stop = (): void => this.change(undefined);

  /** Answer what is quoted, and begin anew. */
  take(): ShownMessage | undefined {
    const { chosen } = this;
    this.stop();
    return chosen;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ShownMessage | undefined => this.chosen;

  private change(message: ShownMessage | undefined): void {
    this.chosen = message;
    for (const listener of [...this.listeners]) listener();
  }
}
