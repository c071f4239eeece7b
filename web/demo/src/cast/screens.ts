/** Lead what somebody looks at to another page, as they would by a press. */
export function lead(uid: string, path: string): void {
  const frame = document.getElementById(`screen-${uid}`);
  if (!(frame instanceof HTMLIFrameElement) || !frame.contentWindow) return;
  const { contentWindow: shown } = frame;
  const to = new URL(path, location.origin);
  // The frame stays the same person's, in their language.
  for (const [name, value] of new URL(frame.src).searchParams) to.searchParams.set(name, value);
  shown.history.pushState(null, '', to);
  shown.dispatchEvent(new PopStateEvent('popstate'));
}

export function leadToChat(uid: string, chatId: string): void {
  lead(uid, `/chat/chats/${encodeURIComponent(chatId)}`);
}
