/**
 * Notes that were begun and not saved, for as long as the tab is open. What is typed as an answer is
 * kept on the server, where colleagues see it; a note is shown to them once it is saved.
 */
type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const keyOf = (uid: string, chatId: string): string => `parley.note.${uid}.${chatId}`;

export function heldNote(storage: Kept, uid: string, chatId: string): string {
  return storage.getItem(keyOf(uid, chatId)) ?? '';
}

export function holdNote(storage: Kept, uid: string, chatId: string, text: string): void {
  if (text === '') storage.removeItem(keyOf(uid, chatId));
  else storage.setItem(keyOf(uid, chatId), text);
}
