/** What a push comes to on the screen. Pure. */

interface WebOptions {
  tag?: string;
  silent?: boolean;
}

/**
 * A message of FCM. A browser gets the options for the web among those of `notification`; its API, and so the
 * local stack, has them in `webpush`.
 */
export interface Pushed {
  notification?: { title?: string; body?: string } & WebOptions;
  data?: Record<string, string>;
  webpush?: { notification?: WebOptions };
}

export interface ShownPush {
  title: string;
  body: string;
  /** A newer push of the same tag takes the place of this one. */
  tag: string;
  /** Without a sound: it may have been shown before. */
  silent: boolean;
  data: { chatId: string; path: string };
}

/** Nothing, if it says nothing or is of no chat. */
export function shownOf({ notification, data = {}, webpush }: Pushed): ShownPush | undefined {
  const { chatId } = data;
  if (!notification?.title || !chatId) return undefined;
  const { tag = chatId, silent = false } = { ...notification, ...webpush?.notification };
  return {
    title: notification.title,
    body: notification.body ?? '',
    tag,
    silent,
    data: { chatId, path: `/chat/chats/${encodeURIComponent(chatId)}` },
  };
}
