/** A list of any length of which only what is on the screen is listened to. */
import type { ListShown, ParleyError } from 'parley-client';

/** What a list of the client library offers. */
export interface Page<Item> {
  value: ListShown<Item> | undefined;
  subscribe(listener: (shown: ListShown<Item>) => void, onError?: (error: ParleyError) => void): () => void;
  close(): void;
}

export interface PageSettings<Item> {
  pageSize: number;
  after?: Item;
}

/** How the items of a list are told apart, and in which order the server lists them. */
export interface Places<Item> {
  idOf(item: Item): string;
  /** As of an array's `sort`; no two items are at one place. */
  compare(one: Item, other: Item): number;
}

export interface WindowShown<Item> {
  items: readonly Item[];
  /** Whether there is more after the last item. */
  hasMore: boolean;
  isFromCache: boolean;
}

/** Documents of one listener. */
export const PAGE_SIZE = 20;
/** The head, where new items appear, and two around what is on the screen: 60 documents. */
const BESIDE_HEAD = 2;
const OVERLAP = 5;

interface Listened<Item> {
  page: Page<Item>;
  after: Item | undefined;
  shown: ListShown<Item> | undefined;
}

/**
 * The items that were seen are kept in their order. The first page is always listened to, and two
 * more where one looks. What a page says is true of its whole stretch: an item that was known
 * there and is not in it has left the view, or moved to the front, which the first page tells.
 */
export class ListWindow<Item> {
  private items: Item[] = [];
  private readonly head: Listened<Item>;
  private beside: Listened<Item>[] = [];
  /** More than two where the screen shows more: pages would take turns without end. */
  private besideHead = BESIDE_HEAD;
  private isEndKnown = false;
  private isClosed = false;

  constructor(
    private readonly open: (settings: PageSettings<Item>) => Page<Item>,
    private readonly places: Places<Item>,
    private readonly changed: (shown: WindowShown<Item>) => void,
    private readonly failed: (error: ParleyError) => void,
  ) {
    this.head = this.listen(undefined);
  }

  /** Tell which items are on the screen, by their places in the list. */
  look(first: number, last: number): void {
    if (this.isClosed || this.items.length === 0) return;
    this.besideHead = Math.max(BESIDE_HEAD, Math.ceil((last - first + 1) / PAGE_SIZE));
    for (let index = Math.max(0, first); index <= Math.min(last, this.items.length); index += 1) {
      // The place after the last one is looked at too: it may be where more comes.
      if (index === this.items.length && this.isEndKnown) return;
      if (this.isListenedTo(index)) continue;
      this.follow(this.items[this.startFor(index)]);
      return;
    }
  }

  close(): void {
    this.isClosed = true;
    for (const { page } of [this.head, ...this.beside]) page.close();
  }

  /** How many documents the open listeners hold, at most. */
  get listened(): number {
    return (1 + this.beside.length) * PAGE_SIZE;
  }

  private isListenedTo(index: number): boolean {
    const item = this.items[index];
    return [this.head, ...this.beside].some((each) => {
      if (!each.shown) return true;
      const last = each.shown.items.at(-1);
      if (!item) return !each.shown.hasMore || last === undefined;
      const isAfterStart = !each.after || this.places.compare(each.after, item) < 0;
      const isBeforeEnd = !each.shown.hasMore || (last !== undefined && this.places.compare(item, last) <= 0);
      return isAfterStart && isBeforeEnd;
    });
  }

  /**
   * The item after which the page of a place begins. Each new item shortens the head's stretch by one:
   * a page that begins a little before its end need not be opened anew at once.
   */
  private startFor(index: number): number {
    const last = this.head.shown?.items.at(-1);
    const previous = this.items[index - 1];
    const isNextToHead = last !== undefined && previous !== undefined && this.places.compare(previous, last) <= 0;
    return isNextToHead ? Math.max(0, index - 1 - OVERLAP) : index - 1;
  }

  /** Listen to the page after an item, in place of those that were opened first. */
  private follow(after: Item | undefined): void {
    if (!after) return;
    const surplus = Math.max(0, this.beside.length + 1 - this.besideHead);
    for (const { page } of this.beside.splice(0, surplus)) page.close();
    this.beside.push(this.listen(after));
  }

  private listen(after: Item | undefined): Listened<Item> {
    const page = this.open({ pageSize: PAGE_SIZE, ...(after && { after }) });
    const listened: Listened<Item> = { page, after, shown: undefined };
    page.subscribe(
      (shown) => this.hear(listened, shown),
      (error) => !this.isClosed && this.failed(error),
    );
    return listened;
  }

  private hear(listened: Listened<Item>, shown: ListShown<Item>): void {
    if (this.isClosed) return;
    if (shown.isFromCache) {
      // What the cache has of a page is a part of it, and tells of nothing that has left.
      this.keep(this.items, shown.items);
      this.changed({ items: this.items, hasMore: !this.isEndKnown, isFromCache: true });
      return;
    }
    listened.shown = shown;
    const last = shown.items.at(-1);
    const isElsewhere = (item: Item): boolean => {
      const isAfterStart = !listened.after || this.places.compare(listened.after, item) < 0;
      const isBeforeEnd = !shown.hasMore || (last !== undefined && this.places.compare(item, last) <= 0);
      return !(isAfterStart && isBeforeEnd);
    };
    this.keep(this.items.filter(isElsewhere), shown.items);
    // Nobody knows better where the list ends than the page that reaches it.
    const end = this.items.at(-1);
    if (!shown.hasMore) this.isEndKnown = true;
    else if (last !== undefined && end !== undefined && this.places.compare(end, last) <= 0) this.isEndKnown = false;
    this.changed({ items: this.items, hasMore: !this.isEndKnown, isFromCache: false });
  }

  private keep(known: Item[], told: readonly Item[]): void {
    const byId = new Map([...known, ...told].map((item) => [this.places.idOf(item), item]));
    this.items = [...byId.values()].sort(this.places.compare);
  }
}
