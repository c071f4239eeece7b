/** What is written without a network: it arrives once and in order, and nothing is lost or doubled. */
import assert from 'node:assert/strict';
import {
  collection,
  deleteField,
  disableNetwork,
  doc,
  enableNetwork,
  getDoc,
  getDocFromServer,
  getDocs,
  onSnapshot,
  orderBy,
  query,
  serverTimestamp,
  setDoc,
  Timestamp,
  updateDoc,
  waitForPendingWrites,
} from 'firebase/firestore';
import { afterAll, beforeAll, beforeEach, test } from 'vitest';
import { openDirect, post } from '../../javascript/acts.js';
import { endWorld, firestore, fresh, owner, type Person, put, serviceWith, somebody } from '../../javascript/people.js';
import { TcpProxy } from '../../javascript/proxy.js';
import { Listener, until } from '../../javascript/waiting.js';

const line = new TcpProxy(firestore);
let ann: Person;
let bob: Person;
let token: string;

beforeAll(() => line.restore());
afterAll(async () => {
  await endWorld();
  await line.cut();
});
beforeEach(async () => {
  await line.restore();
  [ann, bob] = await Promise.all([somebody('Ann', { host: firestore.host, port: line.port }), somebody('Bob')]);
  token = fresh('token');
  await setDoc(doc(bob.db, `userPushTokens/${bob.uid}`), {
    devices: { phone: { token, kind: 'fcmToken', platform: 'android', updatedAt: serverTimestamp() } },
  });
});

const thread = (chatId: string) => query(collection(owner, `chatMessages/${chatId}/messages`), orderBy('createdAt'));
const idsOf = async (chatId: string): Promise<string[]> => (await getDocs(thread(chatId))).docs.map(({ id }) => id);

/** Wait until the workers have counted this many messages for the other, and nothing waits. */
async function fannedOut(chatId: string, count: number): Promise<void> {
  const row = doc(owner, `userChats/${bob.uid}/chats/${chatId}`);
  await until(
    async () => (await getDoc(row)).get('messageCount') as number | undefined,
    (now) => now === count,
    'the row',
  );
  const ids = await idsOf(chatId);
  for (const id of ids) assert.ok(!(await getDoc(doc(owner, `messageQueue/${chatId}:${id}`))).exists());
}

/** What was pushed to the other's device, in its order: messages, and summaries with their `count`. */
async function pushes(): Promise<{ chatId: string; messageId: string; count?: string }[]> {
  const all = (await (await fetch(`${process.env.PARLEY_FCM_URL}/_/messages`)).json()) as {
    request: { message: { token?: string; data: { chatId: string; messageId: string; count?: string } } };
  }[];
  return all.map(({ request }) => request.message).flatMap((each) => (each.token === token ? [each.data] : []));
}

/** The ids of the messages that were pushed, once there are so many. */
async function pushed(count: number): Promise<string[]> {
  const ids = async () => (await pushes()).map(({ messageId }) => messageId);
  return until(ids, (some) => some.length >= count, `${count} pushes`);
}

/** How many messages of a chat the device was told of, once they are so many. */
async function told(chatId: string, count: number): Promise<number> {
  const sum = async () => {
    const some = (await pushes()).filter((each) => each.chatId === chatId);
    return some.reduce((before, each) => before + Number(each.count ?? 1), 0);
  };
  return until(sum, (some) => some >= count, `pushes of ${count} messages`);
}

const away = {
  'the network is turned off': {
    leave: () => disableNetwork(ann.db),
    comeBack: () => enableNetwork(ann.db),
  },
  'the line is cut': { leave: () => line.cut(), comeBack: () => line.restore() },
};

for (const [name, { leave, comeBack }] of Object.entries(away)) {
  test(`a chat, its messages and what is done to them while ${name} arrive once and in order`, async () => {
    await leave();
    const { chatId, done: opened } = openDirect(ann, bob.uid);
    const posts = ['one', 'two', 'three', 'four', 'five'].map((body) => post(ann, chatId, body));
    const ids = posts.map(({ id }) => id);
    const at = (id: string) => doc(ann.db, `chatMessages/${chatId}/messages/${id}`);
    const edited = updateDoc(at(ids[1] ?? ''), { body: 'two, edited', editedAt: serverTimestamp() });
    const reaction = setDoc(doc(ann.db, `${at(ids[2] ?? '').path}/reactions/${ann.uid}`), {
      emoji: '👍',
      createdAt: serverTimestamp(),
    });
    const messages = query(collection(ann.db, `chatMessages/${chatId}/messages`), orderBy('createdAt'));
    const waiting = new Listener(messages);
    await waiting.until(
      ({ docs, hasPendingWrites }) => docs.length === 5 && hasPendingWrites,
      'what waits, on the screen',
    );
    assert.deepEqual(waiting.ids, ids);
    assert.deepEqual(await idsOf(chatId), [], 'nothing has arrived');

    await comeBack();
    await Promise.all([opened, ...posts.map(({ done }) => done), edited, reaction]);

    assert.deepEqual(await idsOf(chatId), ids);
    assert.equal((await getDoc(doc(owner, at(ids[1] ?? '').path))).get('body'), 'two, edited');
    await fannedOut(chatId, 5);
    assert.equal(await told(chatId, 5), 5);
    // The first may have been refused: the network brought it back before it brought the chat.
    waiting.stop();
    const shown = new Listener(messages);
    await shown.live();
    assert.deepEqual(shown.ids, ids);
    for (const { docs } of [...waiting.told, ...shown.told])
      assert.equal(new Set(docs.map(({ id }) => id)).size, docs.length);
    shown.stop();
  });
}

test('what was done although the answer was lost is found done, and is done once', async () => {
  const serviceId = await serviceWith(ann);
  const { chatId, done } = openDirect(ann, bob.uid);
  await done;
  const [old, gone] = [post(ann, chatId, 'old'), post(ann, chatId, 'to be deleted')];
  await Promise.all([old.done, gone.done]);
  // A message that is deleted before its fan-out is not pushed.
  await pushed(2);
  const eve = await somebody('Eve');
  const at = (id: string) => doc(ann.db, `chatMessages/${chatId}/messages/${id}`);
  const job = doc(ann.db, `campaignQueue/${fresh('news')}`);
  const { createdAt } = (await getDocFromServer(at(old.id))).data() as { createdAt: Timestamp };
  const receipt = doc(ann.db, `chatReadReceipts/${chatId}/members/${ann.uid}`);

  line.loseAnswers();
  const lost = post(ann, chatId, 'lost');
  const other = openDirect(ann, eve.uid);
  // Sent again these are refused, since they were done; a look tells.
  const onceOnly = {
    post: lost.done,
    delete: updateDoc(at(gone.id), { body: deleteField(), deletedAt: serverTimestamp() }),
    open: other.done,
    campaign: setDoc(job, {
      serviceId,
      createdBy: ann.uid,
      createdAt: serverTimestamp(),
      name: 'News',
      kind: 'individual',
      channels: ['chat'],
      purpose: 'marketing',
      audience: { userIds: [] },
      message: { body: 'Hello' },
      command: 'start',
    }),
  };
  // Sent again these do the same once more, or are refused if they come before their pace allows.
  const paced = {
    edit: updateDoc(at(old.id), { body: 'old, edited', editedAt: serverTimestamp() }),
    receipt: setDoc(receipt, { readTo: createdAt, deliveredTo: createdAt, readAt: serverTimestamp() }),
    typing: setDoc(doc(ann.db, `chatTypingIndicators/${chatId}/members/${ann.uid}`), { at: serverTimestamp() }),
  };
  // Sent again this does the same once more.
  const repeatable = {
    reaction: setDoc(doc(ann.db, `${at(old.id).path}/reactions/${ann.uid}`), {
      emoji: '👍',
      createdAt: serverTimestamp(),
    }),
  };
  const verdicts = Promise.allSettled(Object.values(onceOnly));
  const pacedVerdicts = Promise.allSettled(Object.values(paced));
  await until(
    async () => (await getDoc(doc(owner, `${at(old.id).path}/reactions/${ann.uid}`))).exists(),
    Boolean,
    'the last of them',
  );
  await line.cut();
  await line.restore();

  for (const verdict of await verdicts) {
    assert.equal(verdict.status, 'rejected');
    assert.equal((verdict.reason as { code: string }).code, 'permission-denied');
  }
  for (const verdict of await pacedVerdicts) {
    if (verdict.status === 'rejected') {
      assert.equal((verdict.reason as { code: string }).code, 'permission-denied');
    }
  }
  await Promise.all(Object.values(repeatable));
  assert.equal((await getDocFromServer(at(old.id))).get('body'), 'old, edited', 'a look tells of these too');
  assert.ok((await getDocFromServer(receipt)).get('readTo').isEqual(createdAt));
  assert.equal((await getDocFromServer(at(lost.id))).get('body'), 'lost', 'there means sent');
  assert.ok((await getDocFromServer(at(gone.id))).get('deletedAt'));
  assert.ok((await getDocFromServer(doc(ann.db, `chats/${other.chatId}`))).exists());
  assert.ok((await getDocFromServer(job)).exists());
  assert.deepEqual(await idsOf(chatId), [old.id, gone.id, lost.id]);
  await fannedOut(chatId, 3);
  assert.equal((await pushed(3)).filter((id) => id === lost.id).length, 1);
});

test('a refused write goes, and holds up nothing that waits behind it', async () => {
  const { chatId, done } = openDirect(ann, bob.uid);
  await done;
  await setDoc(doc(bob.db, `userBlocks/${bob.uid}/blocked/${ann.uid}`), { createdAt: serverTimestamp() });
  const shown = new Listener(query(collection(ann.db, `chatMessages/${chatId}/messages`), orderBy('createdAt')));
  await shown.live();
  await disableNetwork(ann.db);
  const refused = post(ann, chatId, 'Hello?');
  const renamed = updateDoc(doc(ann.db, `profiles/${ann.uid}`), { displayName: 'Anna' });
  await shown.until(({ docs }) => docs.length === 1, 'the message, on the screen');

  await enableNetwork(ann.db);

  await assert.rejects(refused.done, { code: 'permission-denied' });
  await renamed;
  await shown.until(({ docs }) => docs.length === 0, 'the message to go');
  shown.stop();
});

test('whoever is removed while away is told so when they are back', async () => {
  const chatId = fresh('town');
  const [chat, member] = [`chats/${chatId}`, `chats/${chatId}/members/${ann.uid}`];
  await put({
    [chat]: { serviceId: 'default', kind: 'group', createdBy: bob.uid, createdAt: Timestamp.now() },
    [member]: { role: 'member', joinedAt: Timestamp.now() },
  });
  const failures: string[] = [];
  const stop = onSnapshot(
    collection(ann.db, `chatMessages/${chatId}/messages`),
    () => undefined,
    ({ code }) => failures.push(code),
  );
  await new Listener(doc(ann.db, member)).live();
  await disableNetwork(ann.db);
  const late = post(ann, chatId, 'Am I still there?');
  await put({ [member]: null });

  await enableNetwork(ann.db);

  await assert.rejects(late.done, { code: 'permission-denied' });
  await until(
    () => failures,
    (codes) => codes.includes('permission-denied'),
    'the listener to end',
  );
  stop();
  await waitForPendingWrites(ann.db);
});
