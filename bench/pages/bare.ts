/** Two people on the Firebase SDK alone: one commits messages, the other listens to them. No screen. */
import { initializeApp } from 'firebase/app';
import { connectAuthEmulator, getAuth, signInWithEmailAndPassword } from 'firebase/auth';
import {
  collection,
  connectFirestoreEmulator,
  doc,
  initializeFirestore,
  limit,
  onSnapshot,
  orderBy,
  query,
  serverTimestamp,
  writeBatch,
} from 'firebase/firestore';

declare global {
  interface Window {
    bare: typeof bare;
  }
}

const asked = new URLSearchParams(location.search);
const app = initializeApp({ projectId: asked.get('project') ?? '', apiKey: 'any' });
const auth = getAuth(app);
const db = initializeFirestore(app, {});
connectAuthEmulator(auth, `http://localhost:${asked.get('auth')}`, { disableWarnings: true });
connectFirestoreEmulator(db, 'localhost', Number(asked.get('firestore')));
const now = (): number => performance.timeOrigin + performance.now();

const bare = {
  arrived: {} as Record<string, number>,

  async signIn(email: string, password: string): Promise<void> {
    await signInWithEmailAndPassword(auth, email, password);
  },

  /** Listen as the client library does: to a page of the newest messages. */
  listen(chatId: string): Promise<void> {
    const newest = query(collection(db, 'chatMessages', chatId, 'messages'), orderBy('createdAt', 'desc'), limit(50));
    return new Promise((resolve, reject) => {
      onSnapshot(
        newest,
        (snapshot) => {
          const at = now();
          for (const { doc: each } of snapshot.docChanges()) bare.arrived[String(each.get('body'))] ??= at;
          resolve();
        },
        reject,
      );
    });
  },

  /** Commit a message with its outbox document, and answer when that began. */
  send(chatId: string, body: string): number {
    const senderId = auth.currentUser?.uid ?? '';
    const messageId = doc(collection(db, 'x')).id;
    const createdAt = serverTimestamp();
    const at = now();
    const batch = writeBatch(db);
    batch.set(doc(db, 'chatMessages', chatId, 'messages', messageId), { senderId, body, createdAt });
    batch.set(doc(db, 'messageQueue', `${chatId}:${messageId}`), { chatId, messageId, senderId, createdAt, shard: 0 });
    void batch.commit();
    return at;
  },
};
window.bare = bare;
