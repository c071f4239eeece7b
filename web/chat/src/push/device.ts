/** This browser as a device that gets pushes. */
import { newId, type Parley } from 'parley-client';
import type { Access } from 'parley-screen/backend.js';
import { registerWorker } from '../offline/register.js';

const INSTALLATION = 'parley.installationId';
const IS_ON = 'parley.push';
const FCM_PORT = 9970;

/** Where the worker of this page stands with notifications. */
export type PushState = 'missing' | 'denied' | 'on' | 'off';

export function pushState(): PushState {
  if (!('serviceWorker' in navigator) || !('Notification' in window)) return 'missing';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStorage.getItem(IS_ON) === 'on' ? 'on' : 'off';
}

/** The same for all tabs, and for everybody who signs in here one after the other. */
function installationId(): string {
  const known = localStorage.getItem(INSTALLATION);
  if (known) return known;
  const drawn = newId();
  localStorage.setItem(INSTALLATION, drawn);
  return drawn;
}

/** Ask the person, then register; answers where it stands then. */
export async function turnOn(access: Access, parley: Parley): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return pushState();
  localStorage.setItem(IS_ON, 'on');
  await registerDevice(access, parley);
  return pushState();
}

export async function turnOff(parley: Parley): Promise<PushState> {
  localStorage.removeItem(IS_ON);
  await parley.devices.unregister(installationId());
  return pushState();
}

/** Whoever signs out gets no more pushes here; the next one is asked again by their own sign-in. */
export async function forgetDevice(parley: Parley): Promise<void> {
  if (pushState() === 'on') await parley.devices.unregister(installationId());
}

/** Register at each start: the vendor may have changed the token. Answers the token. */
export async function registerDevice(access: Access, parley: Parley): Promise<string> {
  const worker = await registerWorker();
  const token = access.emulators ? localToken(access) : await tokenOfVendor(access, worker);
  await parley.devices.register(installationId(), {
    token,
    kind: 'fcmToken',
    platform: 'web',
    locale: document.documentElement.lang,
  });
  return token;
}

/** On the local stack there is no push service, so the token is one that its stand-in for FCM delivers to. */
function localToken({ app }: Access): string {
  return `web-${app.name.replace(/\W/gu, '')}-${installationId()}`;
}

async function tokenOfVendor({ app }: Access, serviceWorkerRegistration: ServiceWorkerRegistration): Promise<string> {
  const { getMessaging, getToken } = await import('firebase/messaging');
  // The public key of the project's web push certificates (Firebase console, Cloud Messaging).
  const vapidKey: string | undefined = import.meta.env.VITE_VAPID_KEY;
  return getToken(getMessaging(app), { serviceWorkerRegistration, ...(vapidKey && { vapidKey }) });
}

/**
 * Hand what the stand-in for FCM delivers to the worker, which shows it as it shows what a push
 * service brings. Answers how to stop.
 */
export function deliverLocally({ emulators }: Access, token: string): () => void {
  if (!emulators) return () => undefined;
  const { hostname, offset } = emulators;
  const stream = new EventSource(`http://${hostname}:${FCM_PORT + offset}/_/stream?token=${encodeURIComponent(token)}`);
  stream.onmessage = async ({ data }) => {
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ kind: 'push', message: JSON.parse(data) });
  };
  return () => stream.close();
}
