import { type CaseItem, type ListShown, ParleyError } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { CASES } from '../../../src/inbox/list/places.js';
import {
  ListWindow,
  PAGE_SIZE,
  type Page as PageOf,
  type PageSettings as SettingsOf,
  type WindowShown,
} from '../../../src/window/listWindow.js';

const { compare } = CASES;
type Page = PageOf<CaseItem>;
type PageSettings = SettingsOf<CaseItem>;

type Shown = ListShown<CaseItem>;

/** The server's list of a view: pages of it are told to those who listen. */
class Server {
  items: CaseItem[] = [];
  open = new Set<ServerPage>();
  opened = 0;

  constructor(count: number) {
    this.items = Array.from({ length: count }, (_, index) => item(`case${index}`, count - index));
  }

  page = (settings: PageSettings): Page => {
    this.opened += 1;
    const page = new ServerPage(this, settings);
    this.open.add(page);
    return page;
  };

  get listened(): number {
    return [...this.open].reduce((sum, { settings }) => sum + settings.pageSize, 0);
  }

  /** Change the list, and tell every page that is open. */
  change(items: CaseItem[]): void {
    this.items = [...items].sort(compare);
    for (const page of [...this.open]) page.tell();
  }
}

class ServerPage implements Page {
  value: Shown | undefined;
  private listener: (shown: Shown) => void = () => undefined;
  private onError: (error: ParleyError) => void = () => undefined;

  constructor(
    private readonly server: Server,
    readonly settings: PageSettings,
  ) {}

  subscribe(listener: (shown: Shown) => void, onError?: (error: ParleyError) => void): () => void {
    this.listener = listener;
    if (onError) this.onError = onError;
    return () => undefined;
  }

  tell(isFromCache = false): void {
    const { after, pageSize } = this.settings;
    const items = this.server.items.filter((each) => !after || compare(after, each) < 0).slice(0, pageSize);
    this.listener({ items, hasMore: items.length === pageSize, isFromCache });
  }

  fail(error: ParleyError): void {
    this.onError(error);
  }

  close(): void {
    this.server.open.delete(this);
  }
}

function item(chatId: string, seconds: number, fields: Partial<CaseItem> = {}): CaseItem {
  const at = { seconds, nanoseconds: 0, toDate: () => new Date(seconds * 1000) } as CaseItem['updatedAt'];
  return {
    chatId,
    userId: chatId,
    state: 'open',
    unread: 0,
    isUnread: false,
    isUnanswered: false,
    updatedAt: at,
    ...fields,
  } as CaseItem;
}

function begin(count: number) {
  const server = new Server(count);
  const shown: WindowShown<CaseItem>[] = [];
  const errors: ParleyError[] = [];
  const window = new ListWindow(
    server.page,
    CASES,
    (each) => shown.push(each),
    (error) => errors.push(error),
  );
  const ids = (): string[] => (shown.at(-1)?.items ?? []).map(({ chatId }) => chatId);
  const answer = (): void => {
    for (const page of [...server.open]) page.tell();
  };
  answer();
  return { server, window, ids, errors, answer, last: () => shown.at(-1) };
}

/** Scroll from the top to the end, with fifteen lines on the screen. */
function scrollToEnd({ window, answer, last }: ReturnType<typeof begin>): void {
  for (let first = 0; last()?.hasMore || first < (last()?.items.length ?? 0); first += 5) {
    window.look(first, first + 15);
    answer();
  }
}

describe('the window on a list of cases', () => {
  it('shows all of a short list', () => {
    const { ids, last } = begin(3);
    expect(ids()).toEqual(['case0', 'case1', 'case2']);
    expect(last()?.hasMore).toBe(false);
  });

  it('listens to at most 60 documents however far one scrolls, and shows every case once', () => {
    const world = begin(1_000);
    let most = 0;
    for (let first = 0; world.last()?.hasMore; first += 5) {
      world.window.look(first, first + 15);
      world.answer();
      most = Math.max(most, world.server.listened);
    }
    expect(most).toBe(60);
    expect(world.ids()).toEqual(world.server.items.map(({ chatId }) => chatId));
  });

  it('comes to rest on a screen that shows more than two pages', () => {
    const world = begin(200);
    scrollToEnd(world);
    for (let round = 0; round < 10; round += 1) {
      world.window.look(63, 118);
      world.answer();
    }
    const before = world.server.opened;
    world.window.look(63, 118);
    world.answer();
    expect(world.server.opened).toBe(before);
  });

  it('reads each case of a list that stands still about once on the way to its end', () => {
    const world = begin(1_000);
    scrollToEnd(world);
    expect(world.server.opened * PAGE_SIZE).toBeLessThan(1_100);
  });

  it('shows a case that is written to at its new place, wherever it was', () => {
    const world = begin(200);
    scrollToEnd(world);
    world.server.change(world.server.items.map((each) => (each.chatId === 'case50' ? item('case50', 500) : each)));
    expect(world.ids()[0]).toBe('case50');
    expect(world.ids().filter((chatId) => chatId === 'case50')).toHaveLength(1);
  });

  it('drops a case that has left the view as soon as it is looked at', () => {
    const world = begin(200);
    scrollToEnd(world);
    world.server.change(world.server.items.filter(({ chatId }) => chatId !== 'case50'));
    expect(world.ids()).toContain('case50');
    world.window.look(45, 60);
    world.answer();
    expect(world.ids()).not.toContain('case50');
  });

  it('loses nothing when new cases push others out of the first page', () => {
    const world = begin(100);
    world.window.look(10, 25);
    world.answer();
    for (let index = 0; index < 30; index += 1) {
      world.server.change([...world.server.items, item(`new${index}`, 1_000 + index)]);
      world.window.look(10, 25);
      world.answer();
    }
    scrollToEnd(world);
    expect(world.ids()).toEqual(world.server.items.map(({ chatId }) => chatId));
  });

  it('does not open a page anew for each case that arrives', () => {
    const world = begin(100);
    world.window.look(12, 27);
    world.answer();
    const before = world.server.opened;
    for (let index = 0; index < 4; index += 1) {
      world.server.change([...world.server.items, item(`new${index}`, 1_000 + index)]);
      world.window.look(12, 27);
      world.answer();
    }
    expect(world.server.opened).toBe(before);
  });

  it('takes what the cache has as a part, and forgets nothing because of it', () => {
    const { server, ids, last } = begin(10);
    const [head] = [...server.open];
    server.items = server.items.slice(0, 2);
    head?.tell(true);
    expect(ids()).toHaveLength(10);
    expect(last()?.isFromCache).toBe(true);
  });

  it('tells of an error, and of nothing after it was closed', () => {
    const { server, window, errors, ids } = begin(1);
    const [head] = [...server.open];
    head?.fail(new ParleyError({ act: 'read', reason: 'notStaff' }));
    expect(errors.map(({ reason }) => reason)).toEqual(['notStaff']);
    window.close();
    server.items = [];
    head?.tell();
    expect(ids()).toEqual(['case0']);
    expect(server.open.size).toBe(0);
  });
});
