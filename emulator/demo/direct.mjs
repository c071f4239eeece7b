/** Step 1: two people open a direct chat, both at once, and talk; each has two phones. */
import { directChatId, Phone } from './clients.mjs';
import { Expected } from './pushes.mjs';
import { median } from './report.mjs';
import { get, list } from './tree.mjs';
import { until } from './waiting.mjs';
import { allLive, unread } from './watched.mjs';

const LIVE_SECONDS = 20;
const PUSH_SECONDS = 30;
const ROUNDS = 3;

/**
 * A person of the scenario: each phone is a device of its own.
 * @typedef {{phone: Phone, second: Phone, tokens: string[]}} Person
 */

/**
 * A person with two phones, both signed in.
 * @param {string} name
 * @returns {Promise<Person>}
 */
export async function personWithTwoPhones(name) {
  const id = name.toLowerCase();
  const phone = new Phone(`${id}-phone`, name);
  const second = new Phone(`${id}-tablet`, name);
  await phone.signUp();
  await phone.introduce();
  await second.signIn(phone.email);
  // One after the other: each write sets one device, as the contract asks.
  await phone.registerDevice();
  await second.registerDevice();
  return { phone, second, tokens: [phone.token, second.token] };
}

/**
 * @param {import('./report.mjs').Report} report
 * @param {Person} one
 * @param {Person} other
 * @param {'write' | 'callable'} otherWay how the other opens it; the one writes
 */
export async function openAtOnce(report, one, other, otherWay) {
  const theirs = otherWay === 'write' ? 'openDirectByWrite' : 'openDirectByCallable';
  const opened = await Promise.all([
    one.phone.openDirectByWrite(other.phone.uid),
    other.phone[theirs](one.phone.uid),
  ]);
  const how = otherWay === 'write' ? 'both by writing' : 'one by writing, one by the callable';
  const chatId = directChatId(one.phone.uid, other.phone.uid);
  report.row(`direct chat, ${how}: answers that name it`, 2,
    opened.filter((answer) => answer.chatId === chatId).length);
  report.row(`direct chat, ${how}: times created`, 1, opened.filter((answer) => answer.created).length);
  report.row(`direct chat, ${how}: members`, 2, (await list(`chats/${chatId}/members`)).length);
  return chatId;
}

/**
 * Both talk at once, look, and talk again; every claim is a row.
 * @param {import('./report.mjs').Report} report
 * @param {string} chatId
 * @param {Person} one
 * @param {Person} other
 * @param {Expected} pushes
 */
export async function talk(report, chatId, one, other, pushes) {
  const pair = [one, other];
  const watched = pair.map(({ phone }) => ({
    messages: phone.watchMessages(chatId),
    rows: phone.watchRows(),
    receipts: phone.watchReceipts(chatId),
    typing: phone.watchTyping(chatId),
  }));
  await allLive(watched.flatMap((each) => Object.values(each)));
  /** @type {Awaited<ReturnType<Phone['post']>>[]} */
  const posted = [];
  /** @param {number} n */
  const say = async (n) => {
    const { phone } = pair[n];
    const message = await phone.post(chatId, `${phone.displayName} says ${posted.length + 1}`);
    posted.push(message);
    pushes.add(pair[1 - n].tokens, message);
  };
  for (let round = 0; round < ROUNDS; round += 1) await Promise.all([say(0), say(1)]);

  const ids = () => posted.map(({ messageId }) => messageId).sort();
  for (const n of [0, 1]) {
    const { displayName } = pair[n].phone;
    await report.eventually(
      `${displayName} sees all messages live`, ids().length, LIVE_SECONDS,
      () => ids().filter((id) => watched[n].messages.get(id)).length,
    );
    await report.eventually(
      `${displayName}'s unread before reading`, ROUNDS, LIVE_SECONDS,
      () => unread(watched[n].rows.get(chatId)),
    );
  }
  report.time('direct: posted to seen on the other phone, median', median(posted.map((message) => {
    const n = message.senderId === one.phone.uid ? 1 : 0;
    return (watched[n].messages.seenAt.get(message.messageId) ?? NaN) - message.postedAt;
  })));

  // Reading ends the pushes of what was read, so the phones ring first.
  await report.eventually('direct: pushes, each on two devices', pushes.count, PUSH_SECONDS,
    async () => (await pushes.compare()).arrived);

  await one.phone.startTyping(chatId);
  await report.eventually(`${other.phone.displayName} sees the other type`, true, LIVE_SECONDS,
    () => Boolean(watched[1].typing.get(one.phone.uid)?.at));
  await one.phone.stopTyping(chatId);
  await report.eventually(`${other.phone.displayName} sees the other stop`, true, LIVE_SECONDS,
    () => !watched[1].typing.get(one.phone.uid));

  await readAndSee(report, chatId, pair, watched);
  await say(0);
  await report.eventually(`${other.phone.displayName}'s unread after one more`, 1, LIVE_SECONDS,
    () => unread(watched[1].rows.get(chatId)));
  report.row(`${one.phone.displayName}'s unread after its own post`, 0,
    unread(watched[0].rows.get(chatId)));
  await report.eventually('direct: pushes after one more', pushes.count, PUSH_SECONDS,
    async () => (await pushes.compare()).arrived);

  for (const each of watched) for (const watch of Object.values(each)) watch.stop();
  await readBack(report, chatId, pair, posted);
}

/**
 * Each reads to the newest message; each sees that the other has.
 * @param {import('./report.mjs').Report} report
 * @param {string} chatId
 * @param {Person[]} pair
 * @param {Record<'messages' | 'rows' | 'receipts', import('./watched.mjs').Watched>[]} watched
 */
async function readAndSee(report, chatId, pair, watched) {
  const newest = [...watched[0].messages.docs.values()].at(-1);
  if (!newest) throw new Error('there is no message to read');
  for (const n of [0, 1]) {
    const row = await until('the row', LIVE_SECONDS, () => watched[n].rows.get(chatId));
    await pair[n].phone.read(chatId, newest, row);
  }
  for (const n of [0, 1]) {
    const { displayName } = pair[n].phone;
    await report.eventually(`${displayName}'s unread after reading`, 0, LIVE_SECONDS,
      () => unread(watched[n].rows.get(chatId)));
    await report.eventually(`${displayName} sees the other's receipt at the newest`, true,
      LIVE_SECONDS, () => Boolean(
        watched[n].receipts.get(pair[1 - n].phone.uid)?.readTo?.isEqual(newest.createdAt),
      ));
  }
}

/**
 * What the tree says afterwards, read by its owner.
 * @param {import('./report.mjs').Report} report
 * @param {string} chatId
 * @param {Person[]} pair
 * @param {{messageId: string}[]} posted
 */
async function readBack(report, chatId, pair, posted) {
  const messages = await list(`chatMessages/${chatId}/messages`);
  report.row('direct: messages in the chat', posted.length, messages.length);
  const paths = pair.map(({ phone }) => `userChats/${phone.uid}/chats/${chatId}`);
  const rows = await get(paths);
  const last = posted.at(-1)?.messageId;
  report.row('direct: rows that show the last message', 2,
    paths.filter((path) => rows.get(path)?.lastMessage?.id === last).length);
  const chat = (await get([`chats/${chatId}`])).get(`chats/${chatId}`);
  report.row('direct: the chat\'s own last message', last, chat?.lastMessage?.id);
  const outbox = posted.map(({ messageId }) => `messageQueue/${chatId}:${messageId}`);
  report.row('direct: messages still in the outbox', 0, (await get(outbox)).size);
}
