/** Step 3: a staff member writes one document, and a thousand people get a message. */
import { type CampaignJob, caseChatId, newId } from 'parley-client';
import { follow, HAS_ENDED, write } from './following.js';
import { Phone } from './phone.js';
import type { Report } from './report.js';
import { Screen, unread } from './screen.js';
import { createAccount, FILTER, type Person, SERVICE, type Seeded, STAFF_UID } from './seed.js';
import { PEOPLE, RUN } from './settings.js';
import { countChats, countChatsOfOthers, countDevices, countLedger, countMessages, countPushes } from './verify.js';

const CAMPAIGN_SECONDS = 60 + PEOPLE / 10;
const PUSH_SECONDS = 60 + PEOPLE / 10;
const LIVE_SECONDS = 30;

const BODY = 'Hello {{ user.displayName | default: "there" }}';

/** A staff member of the service, signed in. */
export async function staffMember(): Promise<Phone> {
  const staff = new Phone('dashboard', 'Ada of Acme');
  await staff.signIn(await createAccount(STAFF_UID));
  return staff;
}

/** Run a campaign, count what came of it, and answer it as one of its people. */
export async function runCampaign(report: Report, staff: Phone, { matching, others }: Seeded): Promise<void> {
  const campaignId = `${RUN}-${newId()}`;
  const cases = staff.parley.dashboard(SERVICE).openCases();
  const chatIds = new Set(matching.map(({ uid }) => caseChatId(uid, SERVICE)));
  const listed = (): number => cases.value?.chats.filter(({ chatId }) => chatIds.has(chatId)).length ?? 0;
  await cases.first(({ isFromCache }) => !isFromCache);

  const from = performance.now();
  await write(staff, `campaignQueue/${campaignId}`, job(staff.uid));
  const { state, counts, audienceCount } = await follow(staff, campaignId, CAMPAIGN_SECONDS, HAS_ENDED);
  report.time('campaign: written to completed', performance.now() - from);
  report.row('campaign: state', 'completed', state);
  report.row('campaign: audience', matching.length, audienceCount);
  report.row(
    'campaign: counts add up to',
    matching.length,
    Object.values<number>({ ...counts }).reduce((sum, n) => sum + n, 0),
  );

  await countPushes(report, campaignId, matching, others, PUSH_SECONDS);
  report.time('campaign: written to last push handed over', performance.now() - from);
  await countMessages(report, campaignId, matching);
  await countChats(report, campaignId, matching);
  await countChatsOfOthers(report, others);
  await countLedger(report, campaignId, matching);
  await countDevices(report, matching, PUSH_SECONDS);

  report.row('dashboard: chats listed before anybody answers', 0, listed());
  const answered = await answer(report, campaignId, matching[0] as Person);
  await report.eventually('dashboard: chats listed after one answers', 1, LIVE_SECONDS, listed);
  report.row('dashboard: the one who answered is unread', 1, unread(cases, answered));
  cases.close();
}

function job(createdBy: string): Omit<CampaignJob, 'createdAt'> {
  return {
    serviceId: SERVICE,
    createdBy,
    name: 'A demo',
    kind: 'individual',
    channels: ['chat'],
    purpose: 'marketing',
    audience: { where: FILTER },
    message: { body: BODY },
    command: 'start',
  };
}

/** Open the app as one person, find the message and answer it; return the chat's id. */
async function answer(report: Report, campaignId: string, { uid, displayName }: Person): Promise<string> {
  const chatId = caseChatId(uid, SERVICE);
  const phone = new Phone('answering', displayName);
  await phone.signIn(await createAccount(uid));
  await phone.introduce();
  const { parley } = phone;
  const screen = new Screen(parley.chat(chatId), parley.chats());
  await report.eventually(
    "a person sees the campaign's message",
    `Hello ${displayName}`,
    LIVE_SECONDS,
    () => screen.message(`${campaignId}:${uid}`)?.body,
  );
  await report.eventually("a person's unread", 1, LIVE_SECONDS, () => screen.unread);
  await screen.ready();
  const { messageId } = await screen.post(uid, 'Thank you, tell me more');
  await report.eventually("a person's answer is in the chat", true, LIVE_SECONDS, () =>
    Boolean(screen.message(messageId)),
  );
  screen.close();
  await phone.close();
  return chatId;
}
