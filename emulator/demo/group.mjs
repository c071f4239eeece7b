/** Step 2: a group of twenty, made by the callable, talks all at once. */
import { Phone } from './clients.mjs';
import { GROUP_SIZE, RUN } from './settings.mjs';
import { get, list } from './tree.mjs';
import { allLive, unread } from './watched.mjs';

const LIVE_SECONDS = 60;
const PUSH_SECONDS = 60;

/**
 * People with one phone each.
 * @param {number} count
 * @returns {Promise<Phone[]>}
 */
export async function people(count) {
  return Promise.all(Array.from({ length: count }, async (_, n) => {
    const phone = new Phone(`member-${n + 1}`, `Member ${n + 1}`);
    await phone.signUp();
    await phone.introduce();
    await phone.registerDevice();
    return phone;
  }));
}

/**
 * @param {import('./report.mjs').Report} report
 * @param {Phone[]} members the first makes the group
 * @param {Map<Phone, string[]>} tokensOf the tokens of each member's devices
 * @param {import('./pushes.mjs').Expected} pushes
 */
export async function groupTalks(report, members, tokensOf, pushes) {
  const [owner, ...others] = members;
  const asked = {
    title: 'Twenty', userIds: others.map(({ uid }) => uid), uniqueName: `twenty-${RUN}`,
  };
  const { chatId, created } = await owner.createGroup(asked);
  const again = await owner.createGroup(asked);
  report.row('group: created, and asked again found', [true, false, true],
    [created, again.created, again.chatId === chatId]);
  report.row('group: members', GROUP_SIZE, (await list(`chats/${chatId}/members`)).length);

  const watched = members.map((phone) => ({
    phone, messages: phone.watchMessages(chatId), rows: phone.watchRows(),
  }));
  await allLive(watched.flatMap(({ messages, rows }) => [messages, rows]));
  const posted = await Promise.all(members.map(async (phone) => {
    const message = await phone.post(chatId, `${phone.displayName} is here`);
    for (const each of members) {
      if (each !== phone) pushes.add(tokensOf.get(each) ?? [], message);
    }
    return message;
  }));
  await report.eventually('group: members who see every message live', GROUP_SIZE, LIVE_SECONDS,
    () => watched.filter(({ messages }) => (
      posted.every(({ messageId }) => messages.get(messageId))
    )).length);
  await report.eventually(`group: members with ${GROUP_SIZE - 1} unread`, GROUP_SIZE, LIVE_SECONDS,
    () => watched.filter(({ rows }) => unread(rows.get(chatId)) === GROUP_SIZE - 1).length);
  await report.eventually('group: pushes, to all but the sender', pushes.count, PUSH_SECONDS,
    async () => (await pushes.compare()).arrived);
  for (const { messages, rows } of watched) {
    messages.stop();
    rows.stop();
  }

  const messages = await list(`chatMessages/${chatId}/messages`);
  report.row('group: messages by members', GROUP_SIZE,
    messages.filter(({ fields }) => fields.senderId !== 'system').length);
  const chat = (await get([`chats/${chatId}`])).get(`chats/${chatId}`);
  const paths = members.map(({ uid }) => `userChats/${uid}/chats/${chatId}`);
  const rows = [...(await get(paths)).values()];
  report.row('group: rows that show the chat\'s last message', GROUP_SIZE,
    rows.filter((row) => row.lastMessage?.id === chat?.lastMessage?.id).length);
}
