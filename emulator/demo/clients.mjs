/**
 * What a mobile app does, by the contract and with nothing but the official SDK: one `Phone` is one
 * installation of the app, signed in as one person, under the real rules.
 */
import { randomBytes } from 'node:crypto';
import { deleteApp, initializeApp } from 'firebase/app';
import {
  connectAuthEmulator, createUserWithEmailAndPassword, getAuth, signInWithEmailAndPassword,
} from 'firebase/auth';
import {
  collection, connectFirestoreEmulator, deleteDoc, doc, getDoc, getFirestore, onSnapshot, orderBy,
  query, serverTimestamp, setDoc, setLogLevel, terminate, updateDoc, writeBatch,
} from 'firebase/firestore';
import { connectFunctionsEmulator, getFunctions, httpsCallable } from 'firebase/functions';
import * as settings from './settings.mjs';
import { Watched } from './watched.mjs';

// The SDK reports each refused write on the console too; here a refusal is an answer like another.
setLogLevel('silent');

export const PASSWORD = 'a demo has no secrets';
const INBOX_SHARDS = 32;

/** A listener shows only what the server has confirmed: one's own unsent writes prove nothing. */
const CONFIRMATIONS_TOO = { includeMetadataChanges: true };

/** Ids that clients draw: 20 of `A-Za-z0-9_-`. */
export const newId = () => randomBytes(15).toString('base64url');

/**
 * The only chat that two people can have.
 * @param {string} uid
 * @param {string} otherUid
 */
export const directChatId = (uid, otherUid) => [uid, otherUid].sort().join(':');

/** @param {unknown} error */
const isRefusal = (error) => /** @type {any} */ (error)?.code === 'permission-denied';

export class Phone {
  /**
   * @param {string} name the simulated phone's
   * @param {string} displayName its owner's
   */
  constructor(name, displayName) {
    this.name = name;
    this.displayName = displayName;
    this.email = '';
    this.token = `${settings.RUN}-${name}`;
    this.app = initializeApp({ projectId: settings.PROJECT, apiKey: 'demo' }, this.token);
    this.auth = getAuth(this.app);
    connectAuthEmulator(this.auth, `http://${settings.AUTH}`, { disableWarnings: true });
    this.db = getFirestore(this.app);
    const [host, port] = settings.FIRESTORE.split(':');
    connectFirestoreEmulator(this.db, host, Number(port));
    this.functions = getFunctions(this.app, settings.REGION);
    const { hostname, port: functionsPort } = new URL(settings.FUNCTIONS);
    connectFunctionsEmulator(this.functions, hostname, Number(functionsPort));
  }

  get uid() {
    if (!this.auth.currentUser) throw new Error(`${this.name} is not signed in`);
    return this.auth.currentUser.uid;
  }

  /** @param {string} path */
  ref(path) {
    return doc(this.db, path);
  }

  // Who one is

  async signUp() {
    this.email = `${this.token}@example.com`;
    await createUserWithEmailAndPassword(this.auth, this.email, PASSWORD);
  }

  /** @param {string} email of an account that is there; another phone's, or an imported one's */
  async signIn(email) {
    this.email = email;
    await signInWithEmailAndPassword(this.auth, email, PASSWORD);
  }

  /** The private record and what others may see. */
  async introduce() {
    const batch = writeBatch(this.db);
    batch.set(this.ref(`users/${this.uid}`), {
      displayName: this.displayName, locale: 'en-GB', timeZone: 'Europe/London',
      createdAt: serverTimestamp(),
    });
    batch.set(this.ref(`profiles/${this.uid}`), { displayName: this.displayName });
    await batch.commit();
  }

  /** Make this installation one of its owner's devices. */
  async registerDevice() {
    await setDoc(this.ref(`userPushTokens/${this.uid}`), {
      devices: {
        [this.name]: {
          token: this.token, kind: 'fcmToken', platform: 'android', locale: 'en-GB',
          updatedAt: serverTimestamp(),
        },
      },
    }, { merge: true });
  }

  // Chats

  /**
   * Open the direct chat by writing it. Whoever comes second is refused, since the chat is there;
   * so after a refusal one looks.
   * @param {string} otherUid
   * @returns {Promise<{chatId: string, created: boolean}>}
   */
  async openDirectByWrite(otherUid) {
    const chatId = directChatId(this.uid, otherUid);
    const batch = writeBatch(this.db);
    batch.set(this.ref(`chats/${chatId}`), {
      serviceId: 'default', kind: 'direct', createdBy: this.uid, createdAt: serverTimestamp(),
    });
    for (const uid of [this.uid, otherUid]) {
      const member = { role: 'member', joinedAt: serverTimestamp() };
      batch.set(this.ref(`chats/${chatId}/members/${uid}`), member);
    }
    try {
      await batch.commit();
      return { chatId, created: true };
    } catch (error) {
      if (isRefusal(error) && (await getDoc(this.ref(`chats/${chatId}`))).exists()) {
        return { chatId, created: false };
      }
      throw error;
    }
  }

  /**
   * @param {string} userId
   * @returns {Promise<{chatId: string, created: boolean}>}
   */
  openDirectByCallable(userId) {
    return this.call('openDirectChat', { userId });
  }

  /**
   * @param {{title: string, userIds: string[], uniqueName?: string}} group
   * @returns {Promise<{chatId: string, created: boolean}>}
   */
  createGroup(group) {
    return this.call('createGroupChat', group);
  }

  /**
   * @param {string} name
   * @param {object} data
   * @returns {Promise<any>}
   */
  async call(name, data) {
    return (await httpsCallable(this.functions, name)(data)).data;
  }

  // Talking

  /**
   * Post a message: together with its `messageQueue` document, or not at all.
   *
   * An answer may be lost and the SDK send again, which is refused since the message is there; so
   * after a refusal one looks: there means sent.
   * @param {string} chatId
   * @param {string} body
   * @returns {Promise<{chatId: string, messageId: string, senderId: string, postedAt: number}>}
   */
  async post(chatId, body) {
    const messageId = newId();
    const senderId = this.uid;
    const postedAt = performance.now();
    const message = this.ref(`chatMessages/${chatId}/messages/${messageId}`);
    const batch = writeBatch(this.db);
    batch.set(message, { senderId, body, createdAt: serverTimestamp() });
    batch.set(this.ref(`messageQueue/${chatId}:${messageId}`), {
      chatId, messageId, senderId, createdAt: serverTimestamp(),
      shard: Math.floor(Math.random() * INBOX_SHARDS),
    });
    try {
      await batch.commit();
    } catch (error) {
      if (!isRefusal(error) || !(await getDoc(message)).exists()) throw error;
    }
    return { chatId, messageId, senderId, postedAt };
  }

  /**
   * Show everything up to a message: the receipt moves to it, and the row counts as read as far as
   * it has counted.
   * @param {string} chatId
   * @param {import('./watched.mjs').Found} newest the newest message shown
   * @param {import('./watched.mjs').Found} row
   */
  async read(chatId, newest, row) {
    await setDoc(this.ref(`chatReadReceipts/${chatId}/members/${this.uid}`), {
      readTo: newest.createdAt, deliveredTo: newest.createdAt, readAt: serverTimestamp(),
    });
    await updateDoc(this.ref(`userChats/${this.uid}/chats/${chatId}`), {
      readCount: row.messageCount,
    });
  }

  /** @param {string} chatId */
  async startTyping(chatId) {
    await setDoc(this.ref(`chatTypingIndicators/${chatId}/members/${this.uid}`), {
      at: serverTimestamp(),
    });
  }

  /** @param {string} chatId */
  async stopTyping(chatId) {
    await deleteDoc(this.ref(`chatTypingIndicators/${chatId}/members/${this.uid}`));
  }

  // Listening

  /** @param {string} chatId */
  watchMessages(chatId) {
    return this.watchCollection(`chatMessages/${chatId}/messages`, orderBy('createdAt'));
  }

  /** The chat list. */
  watchRows() {
    return this.watchCollection(`userChats/${this.uid}/chats`);
  }

  /** @param {string} chatId */
  watchReceipts(chatId) {
    return this.watchCollection(`chatReadReceipts/${chatId}/members`);
  }

  /** @param {string} chatId */
  watchTyping(chatId) {
    return this.watchCollection(`chatTypingIndicators/${chatId}/members`);
  }

  /**
   * @param {string} path
   * @param {import('firebase/firestore').QueryConstraint[]} constraints
   */
  watchCollection(path, ...constraints) {
    const asked = query(collection(this.db, path), ...constraints);
    return new Watched((next, failed) => onSnapshot(asked, CONFIRMATIONS_TOO, (snapshot) => {
      const confirmed = snapshot.docs.filter((each) => !each.metadata.hasPendingWrites);
      next(confirmed.map((each) => ({ ...each.data(), id: each.id })), snapshot.metadata.fromCache);
    }, failed));
  }

  /** @param {string} path */
  watchDocument(path) {
    return new Watched((next, failed) => onSnapshot(this.ref(path), (each) => {
      next(each.exists() ? [{ ...each.data(), id: each.id }] : [], each.metadata.fromCache);
    }, failed));
  }

  async close() {
    await terminate(this.db);
    await deleteApp(this.app);
  }
}
