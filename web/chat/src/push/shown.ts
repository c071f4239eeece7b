/** What a push comes to on the screen. Pure. */

/** A message of FCM, as its API takes it and as a browser gets it. */
export interface Pushed {
  notification?: { title?: string; body?: string };
  data?: Record<string, string>;
  webpush?: { notification?: { tag?: string; renotify?: boolean } };
}

export interface ShownPush {
  title: string;
  body: string;
  /** A newer push of the same tag takes the place of this one. */
  tag: string;
  data: { chatId: string; path: string };
}

/** Nothing, if it says nothing or is of no chat. */
export function shownOf({ notification, data = {}, webpush }: Pushed): ShownPush | undefined {
  const { chatId } = data;
  if (!notification?.title || !chatId) return undefined;
  return {
    title: notification.title,
    body: notification.body ?? '',
    tag: webpush?.notification?.tag ?? chatId,
    data: { chatId, path: `/chat/chats/${encodeURIComponent(chatId)}` },
  };
}
