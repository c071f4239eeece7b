/** What came of the campaign, counted from the tree and from the stand-in's log. */
import { isDeepStrictEqual } from 'node:util';
import { Expected, tagOf } from './pushes.mjs';
import { SERVICE, SERVICE_NAME } from './seed.mjs';
import { find, get, list } from './tree.mjs';

/** @typedef {import('./seed.mjs').Person} Person */
/** @typedef {import('./report.mjs').Report} Report */

/** @param {Person} person */
const caseChatId = ({ uid }) => `${uid}:service:${SERVICE}`;

/**
 * Every living device of the audience was sent the message, and nobody else's was.
 * @param {Report} report
 * @param {string} campaignId
 * @param {Person[]} matching
 * @param {Person[]} others
 * @param {number} seconds
 */
export async function pushesOfCampaign(report, campaignId, matching, others, seconds) {
  const pushes = new Expected();
  for (const person of matching) {
    const messageId = `${campaignId}:${person.uid}`;
    pushes.add([person.token], { chatId: caseChatId(person), messageId });
  }
  const dead = new Set(matching.flatMap(({ deadToken }) => deadToken ?? []));
  const watched = [...dead, ...others.map(({ token }) => token)];
  await report.eventually('campaign: people whose push was handed over', matching.length, seconds,
    async () => (await pushes.compare(watched)).arrived);
  const { unexpected, repeats, pushes: sent } = await pushes.compare(watched);
  report.row('campaign: pushes to others', 0, unexpected);
  // Allowed after a crash, and one notification on the device; yet nothing crashed here.
  if (repeats) console.log(`  ${repeats} pushes were repeated under their own tag`);
  const byToken = new Map(sent.map((push) => [push.token, push.message]));
  report.row('campaign: pushes in the contract\'s words', matching.length, matching.filter(
    (person) => isDeepStrictEqual(words(byToken.get(person.token)), expectedWords(person, campaignId)),
  ).length);
  report.row('campaign: dead devices that FCM answered 404', dead.size,
    new Set(sent.filter(({ token, status }) => dead.has(token) && status === 404)
      .map(({ token }) => token)).size);
}

/**
 * What an app makes its notification of.
 * @param {any} message
 */
const words = (message) => message && {
  notification: message.notification,
  data: message.data,
  tag: message.android?.notification?.tag,
  collapseId: message.apns?.headers?.['apns-collapse-id'],
  threadId: message.apns?.payload?.aps?.['thread-id'],
};

/**
 * @param {Person} person
 * @param {string} campaignId
 */
function expectedWords(person, campaignId) {
  const chatId = caseChatId(person);
  const messageId = `${campaignId}:${person.uid}`;
  const tag = tagOf(chatId, messageId);
  return {
    notification: { title: SERVICE_NAME, body: `Hello ${person.displayName}` },
    data: {
      type: 'message', chatId, messageId, serviceId: SERVICE, kind: 'case',
      senderId: `service:${SERVICE}`, campaignId,
    },
    tag,
    collapseId: tag,
    threadId: chatId,
  };
}

/**
 * Looked for everywhere, so that one in a wrong chat would be counted too.
 * @param {Report} report
 * @param {string} campaignId
 * @param {Person[]} matching
 */
export async function campaignMessages(report, campaignId, matching) {
  const found = await find('messages', 'campaignId', campaignId);
  const byPath = new Map(found.map(({ path, fields }) => [path, fields]));
  report.row('campaign: messages anywhere', matching.length, found.length);
  report.row('campaign: people with their message, rendered', matching.length,
    matching.filter((person) => {
      const path = `chatMessages/${caseChatId(person)}/messages/${campaignId}:${person.uid}`;
      const message = byPath.get(path);
      return message?.body === `Hello ${person.displayName}`
        && message?.senderId === `service:${SERVICE}`;
    }).length);
}

/**
 * @param {Report} report
 * @param {string} campaignId
 * @param {Person[]} matching
 */
export async function caseChats(report, campaignId, matching) {
  const chats = await get(matching.map((person) => `chats/${caseChatId(person)}`));
  report.row('campaign: case chats', matching.length,
    [...chats.values()].filter((chat) => chat.kind === 'case' && chat.serviceId === SERVICE).length);
  const rowOf = (/** @type {Person} */ person) => (
    `userChats/${person.uid}/chats/${caseChatId(person)}`
  );
  const rows = await get(matching.map(rowOf));
  report.row('campaign: people with exactly one unread', matching.length,
    matching.filter((person) => {
      const row = rows.get(rowOf(person));
      return row && row.messageCount - row.readCount === 1
        && row.lastMessage?.id === `${campaignId}:${person.uid}`;
    }).length);
}

/**
 * @param {Report} report
 * @param {Person[]} others
 */
export async function notMatching(report, others) {
  const chats = await get(others.map((person) => `chats/${caseChatId(person)}`));
  report.row('campaign: chats of people the filter leaves out', 0, chats.size);
}

/**
 * The ledger: everybody in it once, and its sums the same as the people it names.
 * @param {Report} report
 * @param {string} campaignId
 * @param {Person[]} matching
 */
export async function ledger(report, campaignId, matching) {
  const batches = (await list(`campaignStatus/${campaignId}/batches`)).map(({ fields }) => fields);
  const named = batches.flatMap(({ recipients }) => Object.keys(recipients));
  const audience = new Set(matching.map(({ uid }) => uid));
  report.row('ledger: people named', matching.length, named.length);
  report.row('ledger: people named who are the audience', matching.length,
    new Set(named.filter((uid) => audience.has(uid))).size);
  const sum = (/** @type {number[]} */ values) => values.reduce((total, n) => total + n, 0);
  report.row('ledger: counts add up to', matching.length,
    sum(batches.flatMap(({ counts }) => /** @type {number[]} */ (Object.values(counts)))));
  report.row('ledger: people sent to', matching.length, batches
    .flatMap(({ recipients }) => /** @type {any[]} */ (Object.values(recipients)))
    .filter(({ state }) => ['sent', 'delivered', 'read', 'replied'].includes(state)).length);
}

/**
 * @param {Report} report
 * @param {Person[]} matching
 * @param {number} seconds
 */
export async function deadDevices(report, matching, seconds) {
  const tokens = async () => {
    const docs = await get(matching.map(({ uid }) => `userPushTokens/${uid}`));
    const devices = [...docs.values()].flatMap((each) => Object.values(each.devices ?? {}));
    return new Set(devices.map(({ token }) => token));
  };
  const dead = matching.flatMap(({ deadToken }) => deadToken ?? []);
  await report.eventually(`dead devices of ${dead.length} that are still there`, 0, seconds,
    async () => {
      const held = await tokens();
      return dead.filter((token) => held.has(token)).length;
    });
  const held = await tokens();
  report.row('living devices kept', matching.length,
    matching.filter(({ token }) => held.has(token)).length);
}
