/** A live value of the client library that a test tells. */
export class Alive<T> {
  private readonly listeners = new Set<(value: T) => void>();

  constructor(protected value: T) {}

  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    listener(this.value);
    return () => this.listeners.delete(listener);
  }

  first(): Promise<T> {
    return Promise.resolve(this.value);
  }

  tell(value: T): void {
    this.value = value;
    for (const listener of this.listeners) listener(value);
  }

  close(): void {
    this.listeners.clear();
  }
}

/** A live value that is there at once. */
export function alive<T>(value: T): Alive<T> {
  return new Alive(value);
}
