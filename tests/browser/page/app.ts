/**
 * A chat as a web app has it: the official SDK, set up as `docs/reference/client-contract.md` says, the library
 * on top, and the document object model as the screen. `?chat=` names the chat that is open.
 */
import { type Auth, createUserWithEmailAndPassword, type User } from 'firebase/auth';
import { doc, type Firestore, serverTimestamp, writeBatch } from 'firebase/firestore';
import type { Functions } from 'firebase/functions';
import { type ChatSession, type Live, newId, Parley, type Reaction, type ShownMessage, seenBy } from 'parley-client';

const asked = new URLSearchParams(location.search);

const part = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const input = (form: string, name: string): HTMLInputElement =>
  part<HTMLFormElement>(form).elements.namedItem(name) as HTMLInputElement;

function element(tag: string, properties: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function button(name: string, act: () => unknown): HTMLElement {
  const made = element('button', {}, name);
  made.addEventListener('click', () => void act());
  return made;
}

function onSubmit(form: string, act: () => unknown): void {
  part(form).addEventListener('submit', (event) => {
    event.preventDefault();
    void act();
  });
}

/** What a test waits for before others write: the server has answered. */
function showLive(id: string, isFromCache: boolean): void {
  part(id).dataset.live = String(!isFromCache);
}

async function signUp(auth: Auth, db: Firestore, displayName: string): Promise<void> {
  const { user } = await createUserWithEmailAndPassword(auth, `${newId()}@example.com`, 'no secret');
  const batch = writeBatch(db);
  batch.set(doc(db, `users/${user.uid}`), { displayName, createdAt: serverTimestamp() });
  batch.set(doc(db, `profiles/${user.uid}`), { displayName });
  await batch.commit();
}

/** One chat on the screen. */
class Screen {
  private readonly reactions = new Map<string, Live<Map<string, Reaction>>>();
  private readonly horizons: ReturnType<ChatSession['horizons']>;
  private editing: string | undefined;

  constructor(
    private readonly me: string,
    private readonly chat: ChatSession,
  ) {
    part('chat').hidden = false;
    this.horizons = chat.horizons();
    this.horizons.subscribe(() => this.show());
    chat.messages.subscribe(({ messages, isFromCache }) => {
      for (const message of messages) if (message.senderId !== me) chat.receipts.shown(message);
      for (const { id, state } of messages) if (state === 'sent') this.followReactions(id);
      showLive('messages', isFromCache);
      this.show();
    });
    const types = chat.whoTypes();
    types.subscribe((who) => {
      part('typing').textContent = who.length > 0 ? 'types' : '';
    });
    input('post', 'body').addEventListener('input', () => chat.typing.keystroke());
    onSubmit('post', () => this.submit());
  }

  private followReactions(id: string): void {
    if (this.reactions.has(id)) return;
    const live = this.chat.reactions(id);
    this.reactions.set(id, live);
    live.subscribe(() => this.show());
  }

  private submit(): Promise<void> {
    const { value: body } = input('post', 'body');
    part<HTMLFormElement>('post').reset();
    if (this.editing === undefined) return this.chat.posting.send({ body }).sent;
    const id = this.editing;
    this.editing = undefined;
    return this.chat.posting.edit(id, body);
  }

  private show(): void {
    const messages = this.chat.messages.value?.messages ?? [];
    part('messages').replaceChildren(...messages.map((message) => this.row(message)));
  }

  private row(message: ShownMessage): HTMLElement {
    const { id, state, body, editedAt, deletedAt } = message;
    const emoji = [...(this.reactions.get(id)?.value?.values() ?? [])].map((each) => each.emoji);
    const seen = seenBy(this.horizons.value ?? new Map(), message).filter((uid) => uid !== this.me);
    return element(
      'li',
      { 'data-state': state, 'data-id': id },
      element('span', { class: 'body' }, deletedAt ? '(deleted)' : (body ?? '')),
      element(
        'span',
        { class: 'notes' },
        [editedAt ? 'edited' : '', seen.length > 0 ? 'seen' : '', ...emoji].join(' '),
      ),
      button('Like', () => this.chat.posting.react(id, '👍')),
      button('Edit', () => {
        this.editing = id;
        input('post', 'body').value = body ?? '';
      }),
      button('Delete', () => this.chat.posting.remove(id)),
    );
  }
}

function showChats(parley: Parley): void {
  parley.chats().subscribe(({ chats, isFromCache }) => {
    showLive('chats', isFromCache);
    part('chats').replaceChildren(
      ...chats.map(({ chatId, unread, lastMessage }) =>
        element(
          'li',
          { 'data-chat': chatId },
          element('span', { class: 'unread' }, String(unread)),
          element('span', { class: 'preview' }, lastMessage?.preview ?? ''),
        ),
      ),
    );
  });
}

/** Show it, by the SDK as it was set up. */
export function start(auth: Auth, db: Firestore, functions: Functions): void {
  auth.onAuthStateChanged((user: User | null) => {
    if (!user) return;
    const parley = new Parley({ db, functions, uid: user.uid });
    showChats(parley);
    const show = (chatId: string): Screen => new Screen(user.uid, parley.chat(chatId));
    const chatId = asked.get('chat');
    if (chatId) show(chatId);
    onSubmit('open', async () => {
      const opened = await parley.open.direct(input('open', 'uid').value);
      asked.set('chat', opened.chatId);
      history.replaceState(null, '', `?${asked.toString()}`);
      show(opened.chatId);
    });
    part('me').textContent = user.uid;
  });
  onSubmit('sign-up', () => signUp(auth, db, input('sign-up', 'name').value));
  document.body.dataset.ready = 'true';
}
