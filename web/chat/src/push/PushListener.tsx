import { useEffect } from 'react';
import { router } from '../routes.js';
import { useSession } from '../session/session.js';
import { usePushChanges } from './changes.js';
import { deliverLocally, pushState, registerDevice } from './device.js';

/** Keep this device registered while it is turned on, and open the chat whose notification was pressed. */
export function PushListener() {
  const { backend, parley } = useSession();
  const changes = usePushChanges();

  // biome-ignore lint/correctness/useExhaustiveDependencies: it was turned on or off.
  useEffect(() => {
    if (pushState() !== 'on') return;
    let [isOver, stop] = [false, (): void => undefined];
    registerDevice(backend, parley).then(
      (token) => {
        if (!isOver) stop = deliverLocally(backend, token);
      },
      // It is tried again at the next start; the settings tell where it stands.
      () => undefined,
    );
    return () => {
      isOver = true;
      stop();
    };
  }, [backend, parley, changes]);

  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const hear = ({ data }: MessageEvent<{ kind?: string; chatId?: string }>): void => {
      if (data.kind !== 'open' || !data.chatId) return;
      void router.navigate({ to: '/chats/$chatId', params: { chatId: data.chatId } });
    };
    navigator.serviceWorker.addEventListener('message', hear);
    return () => navigator.serviceWorker.removeEventListener('message', hear);
  }, []);
  return null;
}
