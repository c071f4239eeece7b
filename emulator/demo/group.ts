/** Step 2: a group of twenty, created by the callable, in which everybody talks at once. */
import { Phone } from './phone.js';
import type { ExpectedPushes } from './pushes.js';
import type { Report } from './report.js';
import { Screen } from './screen.js';
import { GROUP_SIZE, RUN } from './settings.js';
import { get, list } from './tree.js';

const LIVE_SECONDS = 60;
const PUSH_SECONDS = 60;
/** In so long a chat rings three times, and then once with the number of new messages. */
const RINGING_MS = 10_000;
const RINGS = 4;
/** Holds every message of the group, those of the system too. */
const PAGE_SIZE = 100;

/** People with one phone each. */
export function people(count: number, role = 'member'): Promise<Phone[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const phone = new Phone(`${role}-${n + 1}`, `Member ${n + 1}`);
      await phone.signUp();
      // They do not know one another, and may be added all the same.
      await phone.introduce({ whoMayAddMe: 'everyone' });
      await phone.registerDevice();
      return phone;
    }),
  );
}

/** Create the group by its first member and let everybody talk; each claim is a row. */
export async function groupTalks(report: Report, members: Phone[], pushes: ExpectedPushes): Promise<void> {
  const [owner, ...others] = members;
  if (!owner) throw new Error('a group needs an owner');
  const group = { title: 'Twenty', userIds: others.map(({ uid }) => uid), uniqueName: `twenty-${RUN}` };
  const { chatId, created } = await owner.parley.open.group(group);
  const again = await owner.parley.open.group(group);
  report.row(
    'group: created, and asked again found',
    [true, false, true],
    [created, again.created, again.chatId === chatId],
  );
  report.row('group: members', GROUP_SIZE, (await list(`chats/${chatId}/members`)).length);

  const screens = members.map(({ parley }) => new Screen(parley.chat(chatId, { pageSize: PAGE_SIZE }), parley.chats()));
  await Promise.all(screens.map((screen) => screen.ready()));
  const began = Date.now();
  const posted = await Promise.all(
    screens.map(async (screen, n) => {
      const sender = members[n] as Phone;
      const message = await screen.post(sender.uid, `${sender.displayName} is here`);
      pushes.add(
        members.filter((each) => each !== sender).map(({ token }) => token),
        message,
      );
      return message;
    }),
  );
  await report.eventually(
    'group: members who see every message live',
    GROUP_SIZE,
    LIVE_SECONDS,
    () => screens.filter((screen) => posted.every(({ messageId }) => screen.message(messageId))).length,
  );
  await report.eventually(
    `group: members with ${GROUP_SIZE - 1} unread`,
    GROUP_SIZE,
    LIVE_SECONDS,
    () => screens.filter(({ unread }) => unread === GROUP_SIZE - 1).length,
  );
  await report.eventually(
    'group: told by pushes, to all but the sender',
    pushes.count,
    PUSH_SECONDS,
    async () => (await pushes.compare()).arrived,
  );
  const { most, lastAlone } = await pushes.compare();
  // On a busy machine the flood lasts longer than that: then it may ring again.
  const times = Math.floor((lastAlone - began) / RINGING_MS) + 1;
  report.row('group: a flood rings three times in 10 s, then once with the number', true, most <= RINGS * times);
  for (const screen of screens) screen.close();

  const messages = await list(`chatMessages/${chatId}/messages`);
  report.row(
    'group: messages by members',
    GROUP_SIZE,
    messages.filter(({ fields }) => fields.senderId !== 'system').length,
  );
  const chat = (await get([`chats/${chatId}`])).get(`chats/${chatId}`);
  const rows = await get(members.map(({ uid }) => `userChats/${uid}/chats/${chatId}`));
  report.row(
    "group: rows that show the chat's last message",
    GROUP_SIZE,
    [...rows.values()].filter((row) => row.lastMessage?.id === chat?.lastMessage?.id).length,
  );
}
