/** What the worker keeps, so that the app starts without a network: its files, and nothing that anybody wrote. */

/** The same page for each address of the app. */
const PAGE = '/chat/';
/** Which project the app belongs to. Hosting serves it, and the app asks for it before anything else. */
const SETTINGS = '/__/firebase/init.json';
const NAMES = 'parley-chat-';

/** The files of one build, by their addresses, and a name that no other build has. */
export interface Build {
  version: string;
  files: readonly string[];
}

interface Outside {
  origin: string;
  caches: CacheStorage;
  fetch(asked: string | Request, how?: RequestInit): Promise<Response>;
}

/**
 * The shell of one build in a cache of its own. Pages come from the network as long as there is one, so a worker
 * never holds on to an older build.
 */
export class Shell {
  private readonly name: string;
  private readonly files: ReadonlySet<string>;

  constructor(
    build: Build,
    private readonly outside: Outside,
  ) {
    this.name = `${NAMES}${build.version}`;
    this.files = new Set(build.files);
  }

  /** Keep the whole shell, unless it is kept already. The page comes last: a page that is kept lacks no file. */
  async fill(): Promise<void> {
    const cache = await this.open();
    if (await cache.match(PAGE)) return;
    await cache.addAll([...this.files, SETTINGS]);
    const page = await this.outside.fetch(PAGE, { cache: 'no-cache' });
    if (page.ok && this.isOfThisBuild(await page.clone().text())) await cache.put(PAGE, page);
  }

  /** Forget the shells of other builds. */
  async dropOthers(): Promise<void> {
    const names = await this.outside.caches.keys();
    const others = names.filter((name) => name.startsWith(NAMES) && name !== this.name);
    await Promise.all(others.map((name) => this.outside.caches.delete(name)));
  }

  /** Answer a request for a part of the shell; nothing for any other, which goes its usual way. */
  answer(request: Request): Promise<Response> | undefined {
    const { origin, pathname } = new URL(request.url);
    if (request.method !== 'GET' || origin !== this.outside.origin) return undefined;
    if (request.mode === 'navigate') return this.fromNetwork(request, PAGE);
    if (pathname === SETTINGS) return this.fromNetwork(request, SETTINGS);
    return this.files.has(pathname) ? this.fromCache(request, pathname) : undefined;
  }

  private async fromNetwork(request: Request, kept: string): Promise<Response> {
    try {
      return await this.outside.fetch(request);
    } catch (failure) {
      const found = await (await this.open()).match(kept);
      if (found) return found;
      throw failure;
    }
  }

  /** A file of a build never changes: its name has the hash of its contents. */
  private async fromCache(request: Request, pathname: string): Promise<Response> {
    return (await (await this.open()).match(pathname)) ?? this.outside.fetch(request);
  }

  /** A build that was published meanwhile has a page with other files. */
  private isOfThisBuild(page: string): boolean {
    const files = page.match(/\/chat\/assets\/[^"]+/gu) ?? [];
    return files.length > 0 && files.every((file) => this.files.has(file));
  }

  private open(): Promise<Cache> {
    return this.outside.caches.open(this.name);
  }
}
