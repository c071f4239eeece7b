/** A map that holds the entries used last, so that a page that is open for days does not grow. */
export class Lately<Key, Value> {
  private readonly known = new Map<Key, Value>();

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.known.size;
  }

  get(key: Key): Value | undefined {
    const found = this.known.get(key);
    if (found !== undefined) this.set(key, found);
    return found;
  }

  set(key: Key, value: Value): void {
    this.known.delete(key);
    this.known.set(key, value);
    if (this.known.size <= this.limit) return;
    const [oldest] = this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
  }

  delete(key: Key): void {
    this.known.delete(key);
  }
}
