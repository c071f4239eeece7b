/** Step 1: two people with two phones each open a direct chat at the same time, and talk. */
import { directChatId, type ReadReceipt, type ShownMessage } from 'parley-client';
import { Phone } from './phone.js';
import type { ExpectedPushes } from './pushes.js';
import { median, type Report } from './report.js';
import { type Posted, Screen } from './screen.js';
import { get, list } from './tree.js';

const LIVE_SECONDS = 20;
const PUSH_SECONDS = 30;
const ROUNDS = 3;

/** A person with two phones, each a device of its own. */
export interface Person {
  phone: Phone;
  second: Phone;
  tokens: string[];
}

/** What one of the two sees. */
interface Side {
  person: Person;
  other: Person;
  screen: Screen;
  horizons: ReturnType<Screen['chat']['horizons']>;
  types: ReturnType<Screen['chat']['whoTypes']>;
}

export async function personWithTwoPhones(name: string): Promise<Person> {
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

/** Open a chat from both sides at once; `one` writes it, and `other` writes it too or calls. */
export async function openAtOnce(
  report: Report,
  one: Person,
  other: Person,
  otherWay: 'write' | 'callable',
): Promise<string> {
  const opened = await Promise.all([
    one.phone.parley.open.direct(other.phone.uid),
    otherWay === 'write'
      ? other.phone.parley.open.direct(one.phone.uid)
      : other.phone.openDirectByCallable(one.phone.uid),
  ]);
  const how = otherWay === 'write' ? 'both by writing' : 'one by writing, one by the callable';
  const chatId = directChatId(one.phone.uid, other.phone.uid);
  report.row(
    `direct chat, ${how}: answers that name it`,
    2,
    opened.filter((answer) => answer.chatId === chatId).length,
  );
  report.row(`direct chat, ${how}: times created`, 1, opened.filter((answer) => answer.created).length);
  report.row(`direct chat, ${how}: members`, 2, (await list(`chats/${chatId}/members`)).length);
  return chatId;
}

/** Both talk at once, read, and talk again; each claim is a row. */
export async function talk(
  report: Report,
  chatId: string,
  one: Person,
  other: Person,
  pushes: ExpectedPushes,
): Promise<void> {
  const sides = [openSide(chatId, one, other), openSide(chatId, other, one)] as const;
  const [mine, theirs] = sides;
  await Promise.all(sides.map(ready));
  const posted: Posted[] = [];
  const say = async ({ person: { phone }, other: { tokens }, screen }: Side): Promise<void> => {
    const message = await screen.post(phone.uid, `${phone.displayName} says ${posted.length + 1}`);
    posted.push(message);
    pushes.add(tokens, message);
  };
  for (let round = 0; round < ROUNDS; round += 1) await Promise.all(sides.map(say));

  for (const { person, screen } of sides) {
    const { displayName } = person.phone;
    await report.eventually(
      `${displayName} sees all messages live`,
      posted.length,
      LIVE_SECONDS,
      () => posted.filter(({ messageId }) => screen.message(messageId)).length,
    );
    await report.eventually(`${displayName}'s unread before reading`, ROUNDS, LIVE_SECONDS, () => screen.unread);
  }
  const delays = posted.map(({ messageId, senderId, postedAt }) => {
    const { screen } = senderId === one.phone.uid ? theirs : mine;
    return (screen.seenAt.get(messageId) ?? NaN) - postedAt;
  });
  report.time('direct: posted to seen on the other phone, median', median(delays));

  // A message that was read is not pushed again, so the pushes are awaited first.
  await report.eventually(
    'direct: pushes, each on two devices',
    pushes.count,
    PUSH_SECONDS,
    async () => (await pushes.compare()).arrived,
  );

  const [uid, otherName] = [one.phone.uid, other.phone.displayName];
  mine.screen.chat.typing.keystroke();
  await report.eventually(`${otherName} sees the other type`, true, LIVE_SECONDS, () => isTyping(theirs, uid));
  mine.screen.chat.typing.stop();
  await report.eventually(`${otherName} sees the other stop`, true, LIVE_SECONDS, () => !isTyping(theirs, uid));

  await readAndSee(report, sides);
  await say(mine);
  await report.eventually(`${otherName}'s unread after one more`, 1, LIVE_SECONDS, () => theirs.screen.unread);
  report.row(`${one.phone.displayName}'s unread after its own post`, 0, mine.screen.unread);
  await report.eventually(
    'direct: pushes after one more',
    pushes.count,
    PUSH_SECONDS,
    async () => (await pushes.compare()).arrived,
  );

  for (const { screen } of sides) screen.close();
  await readBack(report, chatId, [one, other], posted);
}

function openSide(chatId: string, person: Person, other: Person): Side {
  const { parley } = person.phone;
  const screen = new Screen(parley.chat(chatId), parley.chats());
  return { person, other, screen, horizons: screen.chat.horizons(), types: screen.chat.whoTypes() };
}

async function ready({ screen, horizons, types }: Side): Promise<void> {
  await Promise.all([screen.ready(), horizons.first(), types.first()]);
}

function isTyping({ types }: Side, uid: string): boolean {
  return types.value?.includes(uid) ?? false;
}

/** Each reads to the newest message, and sees that the other has. */
async function readAndSee(report: Report, sides: readonly Side[]): Promise<void> {
  const newest = sides[0]?.screen.sent.at(-1);
  if (!newest) throw new Error('there is no message to read');
  for (const { screen } of sides) {
    for (const message of screen.sent) screen.chat.receipts.shown(message);
    await screen.chat.receipts.flush();
  }
  for (const { person, other, screen, horizons } of sides) {
    const { displayName } = person.phone;
    await report.eventually(`${displayName}'s unread after reading`, 0, LIVE_SECONDS, () => screen.unread);
    await report.eventually(`${displayName} sees the other's receipt at the newest`, true, LIVE_SECONDS, () =>
      isAt(horizons.value?.get(other.phone.uid), newest),
    );
  }
}

function isAt(receipt: ReadReceipt | undefined, { createdAt }: ShownMessage): boolean {
  const readTo = receipt?.readTo;
  return readTo?.seconds === createdAt?.seconds && readTo?.nanoseconds === createdAt?.nanoseconds;
}

/** Compare the tree afterwards, read past the rules. */
async function readBack(report: Report, chatId: string, pair: Person[], posted: Posted[]): Promise<void> {
  const messages = await list(`chatMessages/${chatId}/messages`);
  report.row('direct: messages in the chat', posted.length, messages.length);
  const paths = pair.map(({ phone }) => `userChats/${phone.uid}/chats/${chatId}`);
  const rows = await get(paths);
  const last = posted.at(-1)?.messageId;
  report.row(
    'direct: rows that show the last message',
    2,
    paths.filter((path) => rows.get(path)?.lastMessage?.id === last).length,
  );
  const chat = (await get([`chats/${chatId}`])).get(`chats/${chatId}`);
  report.row("direct: the chat's own last message", last, chat?.lastMessage?.id);
  const outbox = posted.map(({ messageId }) => `messageQueue/${chatId}:${messageId}`);
  report.row('direct: messages still in the outbox', 0, (await get(outbox)).size);
}
