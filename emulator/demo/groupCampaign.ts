/** Step 4: a campaign that puts its audience into one group chat. */
import { type CampaignJob, newId } from 'parley-client';
import { follow, HAS_ENDED, write } from './following.js';
import type { Phone } from './phone.js';
import { ExpectedPushes } from './pushes.js';
import type { Report } from './report.js';
import { type Person, SERVICE } from './seed.js';
import { RUN } from './settings.js';
import { find, get, list } from './tree.js';

const SECONDS = 60;
const TITLE = 'Acme regulars';
const BODY = 'We open at nine tomorrow';

export async function runGroupCampaign(report: Report, staff: Phone, people: Person[]): Promise<void> {
  const campaignId = `${RUN}-${newId()}`;
  await write(staff, `campaignQueue/${campaignId}`, {
    serviceId: SERVICE,
    createdBy: staff.uid,
    name: 'A group',
    kind: 'group',
    channels: ['chat'],
    purpose: 'transactional',
    audience: { userIds: people.map(({ uid }) => uid) },
    message: { body: BODY },
    chat: { title: TITLE, uniqueName: campaignId },
    command: 'start',
  } satisfies Omit<CampaignJob, 'createdAt'>);
  const { state, counts } = await follow(staff, campaignId, SECONDS, HAS_ENDED);
  report.row('group campaign: state', 'completed', state);

  const messages = await find('messages', 'campaignId', campaignId);
  report.row('group campaign: messages', 1, messages.length);
  const [message] = messages;
  if (!message) throw new Error('the group campaign wrote no message');
  const chatId = message.path.split('/')[1] ?? '';
  const messageId = `${campaignId}:group`;
  report.row(
    'group campaign: its message',
    [`chatMessages/${chatId}/messages/${messageId}`, BODY],
    [message.path, message.fields.body],
  );
  const chat = (await get([`chats/${chatId}`])).get(`chats/${chatId}`);
  report.row(
    'group campaign: its chat',
    ['group', TITLE, people.length + 1],
    [chat?.kind, chat?.title, chat?.memberCount],
  );
  const members = (await list(`chats/${chatId}/members`)).map(
    ({ path, fields }) => `${path.split('/').at(-1)} ${fields.role}`,
  );
  const expected = [`service:${SERVICE} owner`, ...people.map(({ uid }) => `${uid} member`)];
  report.row('group campaign: members in their roles', expected.length, intersection(members, expected));
  const rows = await get(people.map(({ uid }) => `userChats/${uid}/chats/${chatId}`));
  report.row('group campaign: people whose list has it', people.length, rows.size);
  report.row(
    'group campaign: people in the ledger who were sent to',
    people.length,
    counts.sent + counts.delivered + counts.read + counts.replied,
  );

  const pushes = new ExpectedPushes();
  pushes.add(
    people.map(({ token }) => token),
    { chatId, messageId },
  );
  await report.eventually(
    'group campaign: people whose push was handed over',
    people.length,
    SECONDS,
    async () => (await pushes.compare()).arrived,
  );
}

function intersection(some: string[], others: string[]): number {
  const known = new Set(others);
  return new Set(some.filter((each) => known.has(each))).size;
}
