/** The service worker: shows what is pushed, and opens the chat that is pressed. */
import { type Pushed, shownOf } from './shown.js';

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
  skipWaiting(): Promise<void>;
  addEventListener(kind: string, listener: (event: WorkerEvent) => void): void;
}
interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
  data?: { json(): unknown; kind?: string; message?: unknown };
  notification: Notification;
}

const scope = self as unknown as Scope;

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

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
