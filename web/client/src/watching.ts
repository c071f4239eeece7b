/** Documents as `Live` values. */
import { limit, type QueryConstraint, type QueryDocumentSnapshot } from 'firebase/firestore';
import type { Connection, Page } from './connection.js';
import type { ParleyError } from './errors.js';
import { listenWithRests, type Rests } from './flapping.js';
import { closedBefore, Live, type Stop } from './live.js';
import { madeOnce } from './steady.js';

/** Watch one document; null while there is none. */
export function watchOne<T>(connection: Connection, path: string): Live<T | null> {
  const live = new Live<T | null>();
  live.whenClosed(
    connection.watchDocument(
      path,
      (data) => live.set((data as T | undefined) ?? null),
      (error) => live.fail(error),
    ),
  );
  return live;
}

/** Watch the documents of a query by id, in its order; a read for each. */
export function watchById<T>(
  connection: Connection,
  path: string,
  ...constraints: QueryConstraint[]
): Live<Map<string, T>> {
  const live = new Live<Map<string, T>>();
  live.whenClosed(
    connection.watch(
      path,
      constraints,
      ({ docs }) => live.set(new Map(docs.map((each) => [each.id, each.data() as T]))),
      (error) => live.fail(error),
    ),
  );
  return live;
}

/**
 * The same for what each person writes as often as they like. With all others of `rests` it rests while
 * somebody else does so more often than a person would, in one of them or over all.
 */
export function watchEachOnes<T>(connection: Connection, path: string, rests: Rests): Live<Map<string, T>> {
  const live = new Live<Map<string, T>>();
  const listen = (changed: (id: string) => void): Stop => {
    // What is there already, by the cache or by the server, is no change.
    let known: Map<string, string> | undefined;
    return connection.watch(
      path,
      [],
      ({ docs, isFromCache }) => {
        live.set(new Map(docs.map((each) => [each.id, each.data() as T])));
        const before = known;
        const now = new Map(docs.map((each) => [each.id, JSON.stringify(each.data())]));
        if (before || !isFromCache) known = now;
        if (!before) return;
        for (const [id, data] of now) if (id !== connection.uid && before.get(id) !== data) changed(id);
      },
      (error) => live.fail(error),
    );
  };
  live.whenClosed(rests.listen(listen));
  return live;
}

/** Watch one document that its person writes as often as they like; it rests as `watchEachOnes`. */
export function watchOneOfSomebody<T>(connection: Connection, path: string): Live<T | null> {
  const live = new Live<T | null>();
  const listen = (changed: (id: string) => void): Stop =>
    connection.watchDocument(
      path,
      (data) => {
        live.set((data as T | undefined) ?? null);
        changed(path);
      },
      (error) => live.fail(error),
    );
  live.whenClosed(listenWithRests(connection.clock, listen));
  return live;
}

/**
 * The first documents of a query, as many as the pages so far. They may move, so pages with fixed
 * borders would lose some: `more()` listens to all again, and costs a read for each shown.
 */
export class GrowingQuery {
  docs: QueryDocumentSnapshot[] = [];
  isFromCache = true;
  hasMore = false;
  private size: number;
  private stop: Stop = () => undefined;
  private ended: ParleyError | undefined;
  /** Settles the page that is waited for. */
  private arrived: (ended?: ParleyError) => void = () => undefined;

  constructor(
    private readonly connection: Connection,
    private readonly path: string,
    private readonly constraints: QueryConstraint[],
    private readonly pageSize: number,
    private readonly changed: () => void,
    private readonly failed: (error: ParleyError) => void,
  ) {
    this.size = pageSize;
    this.listen();
  }

  /** Show another page; resolve when the server has sent it, reject if listening ends before. */
  more(): Promise<void> {
    if (this.ended) return Promise.reject(this.ended);
    if (!this.hasMore) return Promise.resolve();
    this.stop();
    this.arrived();
    this.size += this.pageSize;
    this.isFromCache = true;
    this.hasMore = false;
    return new Promise((resolve, reject) => {
      this.arrived = (ended) => (ended ? reject(ended) : resolve());
      this.listen();
    });
  }

  close(): void {
    this.end(closedBefore());
  }

  private end(why: ParleyError): void {
    this.ended ??= why;
    this.stop();
    this.arrived(this.ended);
  }

  private listen(): void {
    this.stop = this.connection.watch(
      this.path,
      [...this.constraints, limit(this.size)],
      (page) => this.hear(page),
      (error) => {
        this.end(error);
        this.failed(error);
      },
    );
  }

  private hear({ docs, isFromCache }: Page): void {
    this.docs = docs;
    this.isFromCache = isFromCache;
    this.hasMore = docs.length === this.size;
    this.changed();
    if (!isFromCache) this.arrived();
  }
}

/** What a list shows of a query. */
export interface ListShown<T> {
  items: T[];
  hasMore: boolean;
  isFromCache: boolean;
}

/** The first documents of a query as a `Live` list; `itemOf` converts each. */
export class DocumentList<T> extends Live<ListShown<T>> {
  private readonly query: GrowingQuery;
  /** An item stays the same object until its document changes. */
  private readonly itemOf: (document: QueryDocumentSnapshot) => T;

  constructor(
    connection: Connection,
    path: string,
    constraints: QueryConstraint[],
    pageSize: number,
    itemOf: (document: QueryDocumentSnapshot) => T,
  ) {
    super();
    this.itemOf = madeOnce(itemOf);
    this.query = new GrowingQuery(
      connection,
      path,
      constraints,
      pageSize,
      () => this.show(),
      (error) => this.fail(error),
    );
    this.whenClosed(() => this.query.close());
  }

  /** Show another page; resolve when it is shown. Costs a read for each item shown then. */
  more(): Promise<void> {
    return this.query.more();
  }

  private show(): void {
    const { docs, hasMore, isFromCache } = this.query;
    this.set({ items: docs.map(this.itemOf), hasMore, isFromCache });
  }
}
