/** What the service worker keeps for a start without a network, and what it leaves alone. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Build, Shell } from '../../src/offline/shell.js';

const ORIGIN = 'https://parley.example';
const NEW: Build = { version: 'new', files: ['/chat/assets/main-2.js', '/chat/assets/chat-2.js'] };
const OLD: Build = { version: 'old', files: ['/chat/assets/main-1.js', '/chat/assets/chat-1.js'] };

const pageOf = ({ files }: Build): string => `<script src="${files[0]}"></script>`;

/** A site, a browser's caches, and a line between them that can be cut. */
class World {
  isOnline = true;
  readonly asked: string[] = [];
  readonly kept = new Map<string, Map<string, Response>>();
  private site = new Map<string, string>();

  /** Put a build in the place of the one before, as a deployment does. */
  publish(build: Build): void {
    this.site = new Map(build.files.map((file) => [file, `code of ${file}`]));
    this.site.set('/chat/', pageOf(build));
    this.site.set('/__/firebase/init.json', '{}');
  }

  remove(file: string): void {
    this.site.delete(file);
  }

  worker(build: Build): Shell {
    return new Shell(build, { origin: ORIGIN, caches: this.caches(), fetch: async (asked) => this.fetch(asked) });
  }

  private fetch(asked: string | Request): Response {
    const url = new URL(typeof asked === 'string' ? asked : asked.url, ORIGIN);
    if (!this.isOnline) throw new TypeError('Failed to fetch');
    this.asked.push(url.pathname);
    const path = url.pathname.startsWith('/chat/chats/') ? '/chat/' : url.pathname;
    const text = this.site.get(path);
    return text === undefined ? new Response('none', { status: 404 }) : new Response(text);
  }

  private caches(): CacheStorage {
    const open = async (name: string) => {
      const held = this.kept.get(name) ?? new Map<string, Response>();
      this.kept.set(name, held);
      return {
        match: async (path: string) => held.get(path)?.clone(),
        put: async (path: string, response: Response) => void held.set(path, response),
        addAll: async (paths: string[]) => {
          for (const path of paths) {
            const response = this.fetch(path);
            if (!response.ok) throw new TypeError(`${path} answered ${response.status}`);
            held.set(path, response);
          }
        },
      };
    };
    const keys = async () => [...this.kept.keys()];
    const remove = async (name: string) => this.kept.delete(name);
    return { open, keys, delete: remove } as unknown as CacheStorage;
  }
}

function request(path: string, { mode = 'cors', method = 'GET' } = {}): Request {
  // No constructor makes a navigation.
  return { url: new URL(path, ORIGIN).href, mode, method } as Request;
}

const visit = (path: string): Request => request(path, { mode: 'navigate' });

async function text(answer: Promise<Response> | undefined): Promise<string | undefined> {
  return (await answer)?.text();
}

describe('the shell', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.publish(NEW);
  });

  it('answers every address of the app without a network, once it is kept', async () => {
    const shell = world.worker(NEW);
    await shell.fill();
    world.isOnline = false;
    for (const path of ['/chat/', '/chat/chats/ann:bob', '/chat/?profile=ann'])
      expect(await text(shell.answer(visit(path)))).toBe(pageOf(NEW));
    for (const file of NEW.files) expect(await text(shell.answer(request(file)))).toBe(`code of ${file}`);
    expect(await text(shell.answer(request('/__/firebase/init.json')))).toBe('{}');
  });

  it('takes pages from the network while there is one, so a new build is seen at once', async () => {
    const old = world.worker(OLD);
    world.publish(OLD);
    await old.fill();
    world.publish(NEW);
    expect(await text(old.answer(visit('/chat/')))).toBe(pageOf(NEW));
    expect(old.answer(request('/chat/assets/main-2.js'))).toBeUndefined();
  });

  it('takes files of its own build from the cache, which an open page needs after the next was published', async () => {
    const old = world.worker(OLD);
    world.publish(OLD);
    await old.fill();
    world.publish(NEW);
    expect(await text(old.answer(request('/chat/assets/chat-1.js')))).toBe('code of /chat/assets/chat-1.js');
  });

  it('shows an answer of the server that is an error, and not what it has kept', async () => {
    const shell = world.worker(NEW);
    await shell.fill();
    world.remove('/chat/');
    expect((await shell.answer(visit('/chat/')))?.status).toBe(404);
  });

  it('drops the shells of other builds, and no cache of anybody else', async () => {
    world.publish(OLD);
    await world.worker(OLD).fill();
    world.kept.set('somebody-elses', new Map());
    world.publish(NEW);
    const shell = world.worker(NEW);
    await shell.fill();
    await shell.dropOthers();
    expect([...world.kept.keys()].sort()).toEqual(['parley-chat-new', 'somebody-elses']);
  });

  it('keeps no page that lacks a file, and tries again', async () => {
    const shell = world.worker(NEW);
    const [, lazy = ''] = NEW.files;
    world.remove(lazy);
    await expect(shell.fill()).rejects.toThrow('404');
    world.isOnline = false;
    await expect(shell.answer(visit('/chat/'))).rejects.toThrow('Failed to fetch');

    world.isOnline = true;
    world.publish(NEW);
    await shell.fill();
    world.isOnline = false;
    expect(await text(shell.answer(visit('/chat/')))).toBe(pageOf(NEW));
  });

  it('keeps no page of a build that was published while it was filled', async () => {
    world.publish({ ...NEW, files: [...NEW.files, ...OLD.files] });
    await world.worker(OLD).fill();
    expect([...(world.kept.get('parley-chat-old')?.keys() ?? [])]).not.toContain('/chat/');
  });

  it('is filled once', async () => {
    const shell = world.worker(NEW);
    await shell.fill();
    const before = world.asked.length;
    await shell.fill();
    expect(world.asked).toHaveLength(before);
  });

  it.each([
    [
      'what Firestore answers',
      request('https://firestore.googleapis.com/google.firestore.v1.Firestore/Listen/channel'),
    ],
    ['a callable', request('https://us-central1-parley.cloudfunctions.net/addMembers', { method: 'POST' })],
    ['a file of a chat', request('https://firebasestorage.googleapis.com/v0/b/parley/o/chats%2Fa')],
    ['a write to this site', request('/chat/', { method: 'POST', mode: 'navigate' })],
    ['the sign-in by a provider', request('/__/auth/handler')],
    ['the worker itself', request('/chat/sw.js')],
    ['a file that this build lacks', request('/chat/assets/main-9.js')],
  ])('leaves %s alone', async (_, asked) => {
    const shell = world.worker(NEW);
    await shell.fill();
    expect(shell.answer(asked)).toBeUndefined();
  });
});
