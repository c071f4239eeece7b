/** Count what came of the campaign, from the tree and from the stand-in's log. */
import { isDeepStrictEqual } from 'node:util';
import { caseChatId } from 'parley-client';
import { ExpectedPushes, type Push, tagOf } from './pushes.js';
import type { Report } from './report.js';
import { type Person, SERVICE, SERVICE_NAME } from './seed.js';
import { find, get, list } from './tree.js';

const SENT = new Set(['sent', 'delivered', 'read', 'replied']);

/** Every living device of the audience was sent the message, and no other device was. */
export async function countPushes(
  report: Report,
  campaignId: string,
  matching: Person[],
  others: Person[],
  seconds: number,
): Promise<void> {
  const pushes = new ExpectedPushes();
  for (const person of matching) {
    pushes.add([person.token], { chatId: chatOf(person), messageId: messageOf(person, campaignId) });
  }
  const dead = new Set(matching.flatMap(({ deadToken }) => deadToken ?? []));
  const watched = [...dead, ...others.map(({ token }) => token)];
  await report.eventually(
    'campaign: people whose push was handed over',
    matching.length,
    seconds,
    async () => (await pushes.compare(watched)).arrived,
  );
  const { unexpected, repeats, pushes: sent } = await pushes.compare(watched);
  report.row('campaign: pushes to others', 0, unexpected);
  // The contract allows repeats after a crash, as one notification on the device. Nothing crashed here.
  if (repeats) console.log(`  ${repeats} pushes were repeated under their own tag`);
  const byToken = new Map(sent.map((push) => [push.token, push.message]));
  report.row(
    "campaign: pushes in the contract's words",
    matching.length,
    matching.filter((person) =>
      isDeepStrictEqual(wordsOf(byToken.get(person.token)), expectedWords(person, campaignId)),
    ).length,
  );
  const unregistered = sent.filter(({ token, status }) => dead.has(token) && status === 404);
  report.row(
    'campaign: dead devices that FCM answered 404',
    dead.size,
    new Set(unregistered.map(({ token }) => token)).size,
  );
}

/** Each person has the rendered message. All collections are searched, to count one in a wrong chat too. */
export async function countMessages(report: Report, campaignId: string, matching: Person[]): Promise<void> {
  const found = await find('messages', 'campaignId', campaignId);
  const byPath = new Map(found.map(({ path, fields }) => [path, fields]));
  report.row('campaign: messages anywhere', matching.length, found.length);
  report.row(
    'campaign: people with their message, rendered',
    matching.length,
    matching.filter((person) => {
      const message = byPath.get(`chatMessages/${chatOf(person)}/messages/${messageOf(person, campaignId)}`);
      return message?.body === `Hello ${person.displayName}` && message?.senderId === `service:${SERVICE}`;
    }).length,
  );
}

/** Each person has a case chat, and one unread message in their row. */
export async function countChats(report: Report, campaignId: string, matching: Person[]): Promise<void> {
  const chats = await get(matching.map((person) => `chats/${chatOf(person)}`));
  report.row(
    'campaign: case chats',
    matching.length,
    [...chats.values()].filter((chat) => chat.kind === 'case' && chat.serviceId === SERVICE).length,
  );
  const pathOfRow = (person: Person): string => `userChats/${person.uid}/chats/${chatOf(person)}`;
  const rows = await get(matching.map(pathOfRow));
  report.row(
    'campaign: people with exactly one unread',
    matching.length,
    matching.filter((person) => {
      const row = rows.get(pathOfRow(person));
      return row && row.messageCount - row.readCount === 1 && row.lastMessage?.id === messageOf(person, campaignId);
    }).length,
  );
}

export async function countChatsOfOthers(report: Report, others: Person[]): Promise<void> {
  const chats = await get(others.map((person) => `chats/${chatOf(person)}`));
  report.row('campaign: chats of people the filter leaves out', 0, chats.size);
}

/** The ledger has everybody once, and its counts are those of the people it names. */
export async function countLedger(report: Report, campaignId: string, matching: Person[]): Promise<void> {
  const batches = (await list(`campaignStatus/${campaignId}/batches`)).map(({ fields }) => fields);
  const named = batches.flatMap(({ recipients }) => Object.keys(recipients));
  const audience = new Set(matching.map(({ uid }) => uid));
  report.row('ledger: people named', matching.length, named.length);
  report.row(
    'ledger: people named who are the audience',
    matching.length,
    new Set(named.filter((uid) => audience.has(uid))).size,
  );
  const counts = batches.flatMap((batch) => Object.values<number>(batch.counts));
  report.row(
    'ledger: counts add up to',
    matching.length,
    counts.reduce((total, count) => total + count, 0),
  );
  const recipients = batches.flatMap((batch) => Object.values<{ state: string }>(batch.recipients));
  report.row('ledger: people sent to', matching.length, recipients.filter(({ state }) => SENT.has(state)).length);
}

/** Devices that FCM no longer knows are removed, and all others stay. */
export async function countDevices(report: Report, matching: Person[], seconds: number): Promise<void> {
  const registered = async (): Promise<Set<string>> => {
    const docs = await get(matching.map(({ uid }) => `userPushTokens/${uid}`));
    const devices = [...docs.values()].flatMap((each) => Object.values<{ token: string }>(each.devices ?? {}));
    return new Set(devices.map(({ token }) => token));
  };
  const dead = matching.flatMap(({ deadToken }) => deadToken ?? []);
  await report.eventually(`dead devices of ${dead.length} that are still there`, 0, seconds, async () => {
    const tokens = await registered();
    return dead.filter((token) => tokens.has(token)).length;
  });
  const tokens = await registered();
  report.row('living devices kept', matching.length, matching.filter(({ token }) => tokens.has(token)).length);
}

function chatOf({ uid }: Person): string {
  return caseChatId(uid, SERVICE);
}

function messageOf({ uid }: Person, campaignId: string): string {
  return `${campaignId}:${uid}`;
}

/** The parts of a push that an app makes its notification of. */
function wordsOf(message: Push['message'] | undefined): object | undefined {
  return (
    message && {
      notification: message.notification,
      data: message.data,
      tag: message.android?.notification?.tag,
      collapseId: message.apns?.headers?.['apns-collapse-id'],
      threadId: message.apns?.payload?.aps?.['thread-id'],
    }
  );
}

function expectedWords(person: Person, campaignId: string): object {
  const chatId = chatOf(person);
  const messageId = messageOf(person, campaignId);
  const tag = tagOf(chatId, messageId);
  const senderId = `service:${SERVICE}`;
  return {
    notification: { title: SERVICE_NAME, body: `Hello ${person.displayName}` },
    data: { type: 'message', chatId, messageId, serviceId: SERVICE, kind: 'case', senderId, campaignId },
    tag,
    collapseId: tag,
    threadId: chatId,
  };
}
