/** The address of the worker, by which browsers look for a new one. */
const WORKER = '/chat/sw.js';

/** Have the browser run the worker, which shows pushes and starts the app without a network. */
export function registerWorker(): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(WORKER, { scope: '/chat/' });
}
