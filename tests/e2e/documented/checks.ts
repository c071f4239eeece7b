/**
 * What the examples of `docs/reference/client-contract.md` did: a look behind each, in their order. Each
 * names the line that its example begins with, so that neither passes for another.
 */
import assert from 'node:assert/strict';
import type { User } from 'firebase/auth';
import {
  collection,
  type DocumentData,
  type DocumentSnapshot,
  doc,
  type FirestoreError,
  getDocFromServer,
  getDocsFromServer,
  serverTimestamp,
  Timestamp,
} from 'firebase/firestore';
import type { ChatList, ChatSession } from 'parley-client';
import { owner, put } from '../../javascript/people.js';
import { until } from '../../javascript/waiting.js';

/** What the examples have declared so far, by its name in them. */
interface Scope {
  user: User;
  chatId: string;
  id: string;
  chat: ChatSession;
  list: ChatList;
  group: { chatId: string; added: string[]; invited: string[] };
  question: { chatId: string };
  openDirect: (me: string, other: string) => Promise<string>;
  send: (me: string, chatId: string, body: string, messageId?: string) => Promise<string>;
  markRead: (me: string, chatId: string, newest: Timestamp, messageCount: number) => Promise<void>;
  register: (me: string, installationId: string, token: string) => Promise<void>;
}

interface Check {
  begins: string;
  look: (scope: Scope) => Promise<void>;
}

const said: string[] = [];
console.log = (...words: unknown[]) => {
  said.push(words.map(String).join(' '));
};

/** What the server has, not the cache; asked again while the line is broken, as the emulator's is at times. */
async function read(path: string): Promise<DocumentData | undefined> {
  const asked = async (): Promise<DocumentSnapshot | undefined> => {
    try {
      return await getDocFromServer(doc(owner, path));
    } catch (error) {
      if ((error as FirestoreError).code === 'unavailable') return undefined;
      throw error;
    }
  };
  return (await until(asked, Boolean, `an answer about ${path}`))?.data();
}
const there = (path: string, holds: (data: DocumentData) => boolean): Promise<DocumentData | undefined> =>
  until(
    () => read(path),
    (data) => data !== undefined && holds(data),
    path,
  );
const hears = (words: string): Promise<unknown> =>
  until(
    () => said,
    (lines) => lines.some((line) => line.includes(words)),
    words,
  );

/** People who are there before the examples begin. */
async function given(uid: string): Promise<void> {
  await put(
    Object.fromEntries(
      ['bob', 'eve'].flatMap((other) => [
        [`users/${other}`, { displayName: other, createdAt: serverTimestamp(), serviceIds: ['default'] }],
        [`profiles/${other}`, { displayName: other }],
      ]),
    ),
  );
  await put({
    'services/acme': { name: 'Acme', kind: 'dashboard' },
    [`services/acme/staff/${uid}`]: { role: 'agent', displayName: 'Ann' },
  });
  await until(() => read('services/default/users/eve'), Boolean, 'the mirrored users');
}

const checks: Check[] = [
  {
    begins: 'import { initializeApp }',
    look: async ({ user }) => {
      assert.equal((await read(`users/${user.uid}`))?.displayName, 'Ann');
      await given(user.uid);
    },
  },
  {
    begins: '// Open a direct chat',
    look: async ({ user, chatId }) => {
      assert.equal(chatId, [user.uid, 'bob'].sort().join(':'));
      assert.equal((await getDocsFromServer(collection(owner, `chats/${chatId}/members`))).size, 2);
    },
  },
  {
    begins: '// Send.',
    look: async ({ user, chatId, id }) => {
      const message = await there(`chatMessages/${chatId}/messages/${id}`, () => true);
      assert.deepEqual([message?.senderId, message?.body], [user.uid, 'Hello']);
      await there(`userChats/bob/chats/${chatId}`, ({ messageCount }) => messageCount === 1);
    },
  },
  {
    begins: '// Mark as read',
    look: async ({ user, chatId }) => {
      const createdAt = serverTimestamp();
      await put({
        [`chatMessages/${chatId}/messages/theirs`]: { senderId: 'bob', body: 'Hello Ann', createdAt },
        [`messageQueue/${chatId}:theirs`]: { chatId, messageId: 'theirs', senderId: 'bob', createdAt, shard: 0 },
      });
      const theirs = (await read(`chatMessages/${chatId}/messages/theirs`))?.createdAt as Timestamp;
      await there(`chatReadReceipts/${chatId}/members/${user.uid}`, ({ readTo }) =>
        (readTo as Timestamp).isEqual(theirs),
      );
      await there(
        `userChats/${user.uid}/chats/${chatId}`,
        ({ messageCount, readCount }) => messageCount === 1 && readCount === 1,
      );
    },
  },
  {
    begins: '// Register this installation',
    look: async ({ user }) => {
      const { devices } = (await there(`userPushTokens/${user.uid}`, () => true)) ?? {};
      assert.equal(devices['an-installation-id'].token, 'token-from-the-vendor');
    },
  },
  {
    begins: '// The chat list, live.',
    look: async ({ user, chatId, list }) => {
      assert.equal((await read(`userChats/${user.uid}/chats/${chatId}`))?.pinned, true);
      assert.deepEqual(
        list.value?.chats.map((row) => [row.chatId, row.unread]),
        [[chatId, 0]],
      );
      await hears(`${chatId} 0 Hello Ann`);
    },
  },
  {
    begins: '// Older messages; typing',
    look: async ({ user, chatId }) => {
      const typing = `chatTypingIndicators/${chatId}/members`;
      await until(
        () => read(`${typing}/${user.uid}`),
        (data) => data === undefined,
        'the typing to end',
      );
      await hears('typing: ');
      // Who types goes on typing: the emulator can lose what is written while a listener begins.
      await until(
        async () => {
          await put({ [`${typing}/bob`]: { at: serverTimestamp() } });
          return said;
        },
        (lines) => lines.includes('typing: bob'),
        'typing: bob',
      );
      await hears(`seen by ${user.uid}`);
    },
  },
  {
    begins: '// Change what was said.',
    look: async ({ user, chatId, id }) => {
      const path = `chatMessages/${chatId}/messages/${id}`;
      const message = await read(path);
      assert.ok(message?.editedAt && message.deletedAt);
      assert.equal(message.body, undefined);
      assert.equal((await read(`${path}/reactions/${user.uid}`))?.emoji, '👍');
    },
  },
  {
    begins: '// Quiet, and quieter.',
    look: async ({ user, chatId }) => {
      assert.ok((await read(`userPushTokens/${user.uid}`))?.muted[chatId] instanceof Timestamp);
      assert.ok(await read(`userBlocks/${user.uid}/blocked/bob`));
    },
  },
  {
    begins: '// And as it was.',
    look: async ({ user }) => {
      assert.deepEqual((await read(`userPushTokens/${user.uid}`))?.muted, {});
      assert.equal(await read(`userBlocks/${user.uid}/blocked/bob`), undefined);
    },
  },
  {
    begins: '// Groups, and cases',
    look: async ({ user, group, question }) => {
      assert.deepEqual([group.added, group.invited], [['bob'], ['eve']], 'a stranger is invited');
      assert.equal((await read(`chats/${group.chatId}`))?.memberCount, 2);
      assert.equal(question.chatId, `${user.uid}:service:acme`);
      const messages = await getDocsFromServer(collection(owner, `chatMessages/${question.chatId}/messages`));
      const answer = messages.docs.find((each) => each.get('body') === 'How can we help?');
      assert.deepEqual([answer?.get('senderId'), answer?.get('staffId')], ['service:acme', user.uid]);
      await hears(' open cases');
    },
  },
  {
    begins: '// Close what leaves the screen',
    look: async ({ chatId, chat }) => {
      const shown = chat.messages.value?.messages.length;
      await put({
        [`chatMessages/${chatId}/messages/late`]: { senderId: 'bob', body: 'late', createdAt: serverTimestamp() },
      });
      assert.equal(chat.messages.value?.messages.length, shown);
    },
  },
  {
    begins: '// With `db` from above',
    look: async ({ user: { uid }, openDirect, send, markRead, register }) => {
      const chatId = await openDirect(uid, 'eve');
      assert.equal(await openDirect(uid, 'eve'), chatId, 'whoever opens it again finds it');
      const id = await send(uid, chatId, 'Hello Eve');
      assert.equal(await send(uid, chatId, 'Hello Eve', id), id, 'sent again it is found sent');
      await there(`userChats/eve/chats/${chatId}`, ({ messageCount }) => messageCount === 1);
      const { createdAt } = (await there(`chatMessages/${chatId}/messages/${id}`, () => true)) ?? {};
      await markRead(uid, chatId, createdAt as Timestamp, 0);
      assert.ok((await read(`chatReadReceipts/${chatId}/members/${uid}`))?.readTo.isEqual(createdAt));
      await register(uid, 'another-installation', 'a-token');
      const devices = (await read(`userPushTokens/${uid}`))?.devices;
      assert.deepEqual(Object.keys(devices).sort(), ['an-installation-id', 'another-installation']);
    },
  },
];

/** Look at what the example of this number did. */
export async function look(number: number, firstLine: string, scope: object): Promise<void> {
  const check = checks[number];
  assert.ok(
    check && firstLine.startsWith(check.begins),
    `example ${number} (${firstLine}) has no check: ${check?.begins}`,
  );
  try {
    await check.look(scope as Scope);
  } catch (error) {
    throw new Error(`the example "${firstLine}": ${String(error)}`, { cause: error });
  }
  process.stdout.write(`${firstLine}\n`);
}

export const count = checks.length;
