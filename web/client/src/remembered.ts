/** A cache of reads that seldom change. */
export class Remembered<T> {
  private readonly known = new Map<string, Promise<T | undefined>>();

  /** Holds the `limit` entries used last. */
  constructor(
    private readonly limit: number,
    private readonly read: (id: string) => Promise<T | undefined>,
  ) {}

  /** Failed reads and missing documents are read again. */
  get(id: string): Promise<T | undefined> {
    const found = this.known.get(id) ?? this.ask(id);
    this.known.delete(id);
    this.known.set(id, found);
    const [oldest] = this.known.keys();
    if (this.known.size > this.limit && oldest !== undefined) this.known.delete(oldest);
    return found;
  }

  private ask(id: string): Promise<T | undefined> {
    const asked = this.read(id);
    const forget = (): void => {
      if (this.known.get(id) === asked) this.known.delete(id);
    };
    asked.then((found) => {
      if (found === undefined) forget();
    }, forget);
    return asked;
  }
}
