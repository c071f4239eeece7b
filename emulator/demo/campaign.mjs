/** Step 3: a staff member writes one document, and a thousand people have a message. */
import { serverTimestamp, setDoc } from 'firebase/firestore';
import { newId, Phone } from './clients.mjs';
import { Progress } from './progress.mjs';
import { PEOPLE, RUN } from './settings.mjs';
import { account, FILTER, SERVICE, STAFF_UID } from './seed.mjs';
import { until } from './waiting.mjs';
import {
  campaignMessages, caseChats, deadDevices, ledger, notMatching, pushesOfCampaign,
} from './verify.mjs';
import { allLive, unread } from './watched.mjs';

const CAMPAIGN_SECONDS = 60 + PEOPLE / 10;
const PUSH_SECONDS = 60 + PEOPLE / 10;
const LIVE_SECONDS = 30;
const FINAL = new Set(['completed', 'completedWithErrors', 'failed', 'cancelled']);

export const BODY = 'Hello {{ user.displayName | default: "there" }}';

/** A staff member at the service's dashboard, signed in. */
export async function dashboard() {
  const staff = new Phone('dashboard', 'Ada of Acme');
  await staff.signIn(await account(STAFF_UID));
  return staff;
}

/**
 * @param {import('./report.mjs').Report} report
 * @param {Phone} staff
 * @param {{matching: import('./seed.mjs').Person[], others: import('./seed.mjs').Person[]}} seeded
 */
export async function campaign(report, staff, { matching, others }) {
  const campaignId = `${RUN}-${newId()}`;
  const list = staff.watchCollection(`userChats/service:${SERVICE}/chats`);
  const chatIds = new Set(matching.map(({ uid }) => `${uid}:service:${SERVICE}`));
  const listed = () => [...list.docs.keys()].filter((id) => chatIds.has(id)).length;
  await allLive([list]);

  const from = performance.now();
  await setDoc(staff.ref(`campaignQueue/${campaignId}`), {
    serviceId: SERVICE, createdBy: staff.uid, createdAt: serverTimestamp(), name: 'A demo',
    kind: 'individual', channels: ['chat'], purpose: 'marketing', audience: { where: FILTER },
    message: { body: BODY }, command: 'start',
  });
  // From now on one may listen, although there is no status yet; before, there was no job to read.
  const status = staff.watchDocument(`campaignStatus/${campaignId}`);
  const { state, counts, audienceCount } = await followed(status, campaignId);
  report.time('campaign: written to completed', performance.now() - from);
  report.row('campaign: state', 'completed', state);
  report.row('campaign: audience', matching.length, audienceCount);
  report.row('campaign: counts add up to', matching.length,
    Object.values(counts).reduce((sum, n) => sum + n, 0));

  await pushesOfCampaign(report, campaignId, matching, others, PUSH_SECONDS);
  report.time('campaign: written to last push handed over', performance.now() - from);
  await campaignMessages(report, campaignId, matching);
  await caseChats(report, campaignId, matching);
  await notMatching(report, others);
  await ledger(report, campaignId, matching);
  await deadDevices(report, matching, PUSH_SECONDS);

  report.row('dashboard: chats listed before anybody answers', 0, listed());
  const answered = await answers(report, campaignId, matching[0]);
  await report.eventually('dashboard: chats listed after one answers', 1, LIVE_SECONDS, listed);
  report.row('dashboard: the one who answered is unread', 1, unread(list.get(answered)));
  list.stop();
  status.stop();
}

/**
 * Show the progress until the campaign is over.
 * @param {import('./watched.mjs').Watched} status
 * @param {string} campaignId
 */
async function followed(status, campaignId) {
  const progress = new Progress();
  try {
    return await until('the campaign to end', CAMPAIGN_SECONDS, () => {
      const now = status.get(campaignId);
      progress.show(now);
      return now && FINAL.has(now.state) ? now : null;
    });
  } finally {
    progress.end();
  }
}

/**
 * A person opens the app, finds the message and answers; answers the id of the chat.
 * @param {import('./report.mjs').Report} report
 * @param {string} campaignId
 * @param {import('./seed.mjs').Person} person
 */
async function answers(report, campaignId, { uid, displayName }) {
  const chatId = `${uid}:service:${SERVICE}`;
  const phone = new Phone('answering', displayName);
  await phone.signIn(await account(uid));
  await phone.introduce();
  const messages = phone.watchMessages(chatId);
  const rows = phone.watchRows();
  await report.eventually('a person sees the campaign\'s message', `Hello ${displayName}`,
    LIVE_SECONDS, () => messages.get(`${campaignId}:${uid}`)?.body);
  await report.eventually('a person\'s unread', 1, LIVE_SECONDS, () => unread(rows.get(chatId)));
  await allLive([messages, rows]);
  const { messageId } = await phone.post(chatId, 'Thank you, tell me more');
  await report.eventually('a person\'s answer is in the chat', true, LIVE_SECONDS,
    () => Boolean(messages.get(messageId)));
  messages.stop();
  rows.stop();
  await phone.close();
  return chatId;
}
