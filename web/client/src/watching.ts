/** Documents as `Live` values. */
import { limit, type QueryConstraint, type QueryDocumentSnapshot } from 'firebase/firestore';
import type { Connection, Page } from './connection.js';
import type { ParleyError } from './errors.js';
import { closedBefore, Live, type Stop } from './live.js';

/** One document, or null while there is none. */
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

/** The documents of a collection by their ids, in the query's order; a read for each of them. */
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
 * The first so many documents of a query. They may change places, so that pages with fixed borders
 * would lose some: `more()` listens to all of them anew, and costs a read for each then shown.
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

  /** Another page; resolves when the server has told it, and rejects with whatever ends the listening before. */
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

/** The first so many documents of a query as a `Live` list, each as `itemOf` tells it. */
export class DocumentList<T> extends Live<ListShown<T>> {
  private readonly query: GrowingQuery;

  constructor(
    connection: Connection,
    path: string,
    constraints: QueryConstraint[],
    pageSize: number,
    private readonly itemOf: (document: QueryDocumentSnapshot) => T,
  ) {
    super();
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

  /** Show another page; resolves when it is there. Costs a read for each item then shown. */
  more(): Promise<void> {
    return this.query.more();
  }

  private show(): void {
    const { docs, hasMore, isFromCache } = this.query;
    this.set({ items: docs.map(this.itemOf), hasMore, isFromCache });
  }
}
