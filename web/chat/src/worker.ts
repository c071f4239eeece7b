/** The service worker: shows what is pushed, opens the chat that is pressed, and starts the app without a network. */
import { type Build, Shell } from './offline/shell.js';
import { type Pushed, shownOf } from './push/shown.js';

/** `vite.config.ts` puts it in. */
declare const __BUILD__: Build;

/** What this file uses of a worker's scope, whose types cannot stand beside those of a page. */
interface Client {
  url: string;
  visibilityState: 'visible' | 'hidden';
  focus(): Promise<Client>;
  postMessage(message: unknown): void;
}
interface Scope {
  registration: ServiceWorkerRegistration;
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<Client[]>;
    openWindow(url: string): Promise<unknown>;
    claim(): Promise<void>;
  };
  location: { origin: string };
  addEventListener(kind: string, listener: (event: WorkerEvent) => void): void;
}
interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
  data?: { json(): unknown; kind?: string; message?: unknown };
  notification: Notification;
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = self as unknown as Scope;

const shell = new Shell(__BUILD__, {
  origin: scope.location.origin,
  caches,
  fetch: (asked, how) => fetch(asked, how),
});

// Pushes are shown without it, and each visit tries again.
const fillShell = (): Promise<void> => shell.fill().catch(() => undefined);

// The next build's worker waits until no page of this one is open: such a page may still need a file.
scope.addEventListener('install', (event) => event.waitUntil(fillShell()));
scope.addEventListener('activate', (event) =>
  event.waitUntil(Promise.all([shell.dropOthers(), scope.clients.claim()])),
);

scope.addEventListener('fetch', (event) => {
  const answer = shell.answer(event.request);
  if (!answer) return;
  event.respondWith(answer);
  if (event.request.mode === 'navigate') event.waitUntil(answer.then(fillShell, () => undefined));
});

// From the browser's push service, as FCM sends it.
scope.addEventListener('push', (event) => {
  event.waitUntil(show(event.data?.json() as Pushed));
});

// From a page of the local stack, which hears what the stand-in for FCM delivers.
scope.addEventListener('message', (event) => {
  if (event.data?.kind === 'push') event.waitUntil(show(event.data.message as Pushed));
});

scope.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data as { chatId?: string }));
});

async function show(pushed: Pushed): Promise<void> {
  const shown = shownOf(pushed);
  if (!shown) return;
  const { title, ...options } = shown;
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // Whoever reads this chat just now sees the message itself.
  if (pages.some((page) => page.visibilityState === 'visible' && new URL(page.url).pathname === shown.data.path))
    return;
  await scope.registration.showNotification(title, options);
}

async function open({ chatId }: { chatId?: string }): Promise<void> {
  if (!chatId) return;
  const [page] = await scope.clients.matchAll({ type: 'window', includeUncontrolled: false });
  if (!page) {
    await scope.clients.openWindow(`/chat/chats/${encodeURIComponent(chatId)}`);
    return;
  }
  await page.focus();
  page.postMessage({ kind: 'open', chatId });
}
