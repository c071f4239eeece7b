/** Step 7: a one-way campaign by SMS; one person answers STOP, and one asks a question. */
import { type CampaignJob, caseChatId, newId } from 'parley-client';
import { follow, HAS_ENDED, listenFor, write } from './following.js';
import type { Phone } from './phone.js';
import type { Report } from './report.js';
import { numbers, SENDER, SERVICE } from './seed.js';
import { RUN, TWILIO } from './settings.js';
import { logOf, post, setFaults } from './standIn.js';
import { find, get, put } from './tree.js';

const SECONDS = 60;
const PEOPLE = 300;
/** How many of them refused SMS, have no phone, and have a number that cannot be one. */
const REFUSING = 12;
const WITHOUT_PHONE = 8;
const BAD_NUMBER = 5;
/** Twilio's answer to one number: unreachable by this sender. */
const UNREACHABLE = 21_612;
const QUESTION = 'When do you open?';
const ANSWER = 'At nine.';

interface Texted {
  uid: string;
  phone: string | undefined;
}

interface Sms {
  To: string;
  From: string;
  Body: string;
}

interface Job {
  delivery?: { state: string; error?: string };
}

/** Send the campaign, and play both people. */
export async function runSmsCampaign(report: Report, staff: Phone): Promise<void> {
  const people = await seedPeople();
  const reached = people.slice(REFUSING + WITHOUT_PHONE + BAD_NUMBER);
  const [unreachable, stopping, asking] = reached as [Texted, Texted, Texted];
  await setFaults(TWILIO, [{ rate: 1, status: 400, code: UNREACHABLE, match: { to: `^\\${unreachable.phone}$` } }]);
  await campaign(report, staff, people, reached);
  await stop(report, staff, stopping);
  await ask(report, staff, asking);
  await setFaults(TWILIO, []);
}

async function campaign(report: Report, staff: Phone, people: Texted[], reached: Texted[]): Promise<void> {
  const campaignId = `${RUN}-${newId()}`;
  const job: Omit<CampaignJob, 'createdAt'> = {
    serviceId: SERVICE,
    createdBy: staff.uid,
    name: 'By SMS',
    kind: 'oneWay',
    channels: ['sms'],
    purpose: 'marketing',
    audience: { userIds: people.map(({ uid }) => uid) },
    message: { body: 'Hello {{ user.displayName }}, we have moved. Reply STOP to end.' },
    command: 'start',
  };
  const from = performance.now();
  await write(staff, `campaignQueue/${campaignId}`, job);
  const status = await follow(staff, campaignId, SECONDS, HAS_ENDED);
  report.time('SMS: written to completed', performance.now() - from);
  report.row('SMS: state, since one failed', 'completedWithErrors', status.state);
  report.row(
    'SMS: people left out',
    { invalidPhone: BAD_NUMBER, noConsent: REFUSING, noPhone: WITHOUT_PHONE },
    sorted(status.skippedBy),
  );
  report.row('SMS: failed', { [`providerError:${UNREACHABLE}`]: 1 }, status.failedBy);
  const sent = await sentTo(reached);
  report.row('SMS: accepted by the provider', reached.length - 1, sent.length);
  report.row('SMS: numbers with more than one', 0, sent.length - new Set(sent.map(({ To }) => To)).size);
  await report.eventually('SMS: delivered, as the provider calls back', reached.length - 1, SECONDS, async () => {
    const counted = await get([`campaignStatus/${campaignId}`]);
    return counted.get(`campaignStatus/${campaignId}`)?.counts.delivered;
  });
}

/** STOP withdraws the consent, and a later SMS is not sent. */
async function stop(report: Report, staff: Phone, { uid, phone }: Texted): Promise<void> {
  await post(`${TWILIO}/_/inbound`, { from: phone, to: SENDER, body: ' "Stop". ' });
  await report.eventually('SMS: consents after STOP', [false, false], SECONDS, async () => {
    const record = (await get([recordOf(uid)])).get(recordOf(uid));
    return [record?.consents.sms.marketing?.granted, record?.consents.sms.transactional?.granted];
  });
  const before = (await sentTo([{ uid, phone }])).length;
  const jobId = `${RUN}-${newId()}`;
  await write(staff, `nonChatSMSQueue/${jobId}`, {
    serviceId: SERVICE,
    createdBy: staff.uid,
    to: { userId: uid },
    body: 'Your order is on its way.',
    purpose: 'transactional',
  });
  const { delivery } = await listenFor<Job>(staff, `nonChatSMSQueue/${jobId}`, SECONDS, (one) =>
    ['SUCCESS', 'ERROR'].includes(one.delivery?.state ?? ''),
  );
  report.row('SMS: one to who said STOP', ['ERROR', 'optedOut'], [delivery?.state, delivery?.error?.split(':')[0]]);
  report.row('SMS: that left for them since', 0, (await sentTo([{ uid, phone }])).length - before);
}

/** A question by SMS stands in the dashboard's list; its answer leaves by SMS. */
async function ask(report: Report, staff: Phone, { uid, phone }: Texted): Promise<void> {
  const chatId = caseChatId(uid, SERVICE);
  await post(`${TWILIO}/_/inbound`, { from: phone, to: SENDER, body: QUESTION });
  const row = await listenFor<{ lastMessage?: { preview: string } }>(
    staff,
    `userChats/service:${SERVICE}/chats/${chatId}`,
    SECONDS,
    ({ lastMessage }) => lastMessage?.preview === QUESTION,
  );
  report.row('SMS: the dashboard reads', QUESTION, row.lastMessage?.preview);
  const messages = await find('messages', 'senderId', uid);
  report.row(
    'SMS: the question stands in the case',
    [QUESTION],
    messages.map(({ fields }) => fields.body),
  );
  const session = staff.parley.dashboard(SERVICE).chat(chatId);
  await session.posting.send({ body: ANSWER }).sent;
  await report.eventually('SMS: the answer leaves by SMS', [ANSWER], SECONDS, async () =>
    (await sentTo([{ uid, phone }])).map(({ Body }) => Body).slice(1),
  );
  await session.close();
}

/** What the provider accepted for these people, in order. */
async function sentTo(people: Texted[]): Promise<Sms[]> {
  const phones = new Set(people.map(({ phone }) => phone));
  const log = await logOf<Sms>(TWILIO);
  return log.flatMap(({ request, status }) => (status < 300 && request && phones.has(request.To) ? [request] : []));
}

/** Seed people with phones: those who are left out first. */
async function seedPeople(): Promise<Texted[]> {
  const people = numbers(PEOPLE).map((n) => ({ uid: `${RUN}-s${n}`, phone: phoneOf(n) }));
  await put(
    people.map(({ uid, phone }, n) => ({
      path: recordOf(uid),
      fields: {
        uid,
        displayName: `Sue ${n + 1}`,
        attributes: {},
        tags: [],
        timeZone: 'Europe/London',
        consents: { sms: { marketing: { granted: n >= REFUSING, at: new Date(), source: 'app' } } },
        createdAt: new Date(),
        ...(phone && { phone }),
      },
    })),
  );
  return people;
}

/** A number of this run alone, or the reason for which somebody is left out. */
function phoneOf(n: number): string | undefined {
  if (n > REFUSING && n <= REFUSING + WITHOUT_PHONE) return undefined;
  if (n > REFUSING && n <= REFUSING + WITHOUT_PHONE + BAD_NUMBER) return `+1253${String(n).padStart(4, '0')}`;
  return `+1212${EXCHANGE}${String(FIRST_LINE + n).padStart(4, '0')}`;
}

const EXCHANGE = 220 + Math.floor(Math.random() * 80);
const FIRST_LINE = Math.floor(Math.random() * (10_000 - PEOPLE));

function recordOf(uid: string): string {
  return `services/${SERVICE}/users/${uid}`;
}

function sorted(counts: Record<string, number> = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort());
}
