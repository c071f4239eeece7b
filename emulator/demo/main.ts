/**
 * The demo: real clients on the running stack, and a table of what was expected and what came.
 *
 * Exits with 0 only if all of it holds. `settings.ts` has the variables of the environment.
 */
import { runCampaign, staffMember } from './campaign.js';
import { openAtOnce, personWithTwoPhones, talk } from './direct.js';
import { sendEmail } from './email.js';
import { flood } from './flood.js';
import { groupTalks, people } from './group.js';
import { runGroupCampaign } from './groupCampaign.js';
import { inviteStranger } from './invitation.js';
import { sendMassMessage } from './massMessage.js';
import { OneWayCampaign, type Preview } from './oneWay.js';
import type { Phone } from './phone.js';
import { ExpectedPushes } from './pushes.js';
import { Report } from './report.js';
import { ownerPath, type Seeded, seed } from './seed.js';
import { FCM, FIRESTORE, GROUP_SIZE, LOGS, PEOPLE, RUN } from './settings.js';
import { runSmsCampaign } from './sms.js';
import { get } from './tree.js';
import { until } from './waiting.js';

const MIRROR_SECONDS = 30;
const EVENT_SECONDS = 180;
/** The emulator may lose a few events of seeded devices. */
const SHARE_OF_EVENTS = 0.98;

/** The audiences of the smaller campaigns, of a mass message, and its people without a chat. */
const GROUP_CAMPAIGN = 150;
const ONE_WAY = 120;
const MASS_MESSAGE = 60;
const STRANGERS = 20;

const report = new Report();
console.log(`Run ${RUN}: Firestore at ${FIRESTORE}, the stand-in for FCM at ${FCM}`);

await report.step('1. Two people open a direct chat, both at once, and talk', async () => {
  const [ann, ben, cleo, dan] = await Promise.all([
    personWithTwoPhones('Ann'),
    personWithTwoPhones('Ben'),
    personWithTwoPhones('Cleo'),
    personWithTwoPhones('Dan'),
  ]);
  const pushes = new ExpectedPushes();
  await openAtOnce(report, cleo, dan, 'write');
  const chatId = await openAtOnce(report, ann, ben, 'callable');
  await talk(report, chatId, ann, ben, pushes);
  const { unexpected } = await pushes.compare([...cleo.tokens, ...dan.tokens]);
  report.row('direct: pushes that nobody expected', 0, unexpected);
  await closeAll([ann, ben, cleo, dan].flatMap(({ phone, second }) => [phone, second]));
});

await report.step(`2. A group of ${GROUP_SIZE}, made by the callable, talks`, async () => {
  const members = await people(GROUP_SIZE);
  const mirrored = members.map(({ uid }) => `services/default/users/${uid}`);
  await report.eventually(
    'group: people whom the default service knows',
    GROUP_SIZE,
    MIRROR_SECONDS,
    async () => (await get(mirrored)).size,
  );
  const pushes = new ExpectedPushes();
  await groupTalks(report, members, pushes);
  const { unexpected } = await pushes.compare();
  report.row('group: pushes that nobody expected', 0, unexpected);
  await closeAll(members);
});

let seeded: Seeded = { matching: [], others: [], refusing: [] };
let staff: Phone | undefined;
let oneWay: OneWayCampaign | undefined;
let preview: Promise<Preview> | undefined;

await report.step(`3. A staff member writes one campaign for ${PEOPLE} people`, async () => {
  const from = performance.now();
  seeded = await seed();
  report.time('campaign: seeding', performance.now() - from);
  staff = await staffMember();
  oneWay = new OneWayCampaign(report, staff, seeded.matching.slice(-ONE_WAY), seeded.refusing);
  // Asked now, since the callable's process takes seconds to begin; step 5 compares it.
  preview = oneWay.preview();
  preview.catch(() => undefined);
  // The emulator delivers some 50 events a second, in order: the campaign's own event would wait
  // behind those of the seeded devices.
  const registered = performance.now();
  const owners = [...seeded.matching, ...seeded.others].map(({ token }) => ownerPath(token));
  await until(
    'the events of the seeded devices',
    EVENT_SECONDS,
    async () => (await get(owners)).size >= owners.length * SHARE_OF_EVENTS,
  );
  report.time('campaign: events of the seeded devices', performance.now() - registered);
  await runCampaign(report, staff, seeded);
});

await report.step('4. A campaign opens a group for its audience', async () => {
  await runGroupCampaign(report, signedIn(), seeded.matching.slice(0, GROUP_CAMPAIGN));
});

await report.step('5. A one-way campaign is previewed, paused, resumed and explained', async () => {
  if (!oneWay || !preview) throw new Error('step 3 ended before the one-way campaign was previewed');
  await oneWay.run(await preview, massMessage);
});

await report.step('7. A campaign goes out by SMS, one person stops it, and one asks a question', async () => {
  await runSmsCampaign(report, signedIn());
});

await report.step('8. An email in the format of the Trigger Email extension', async () => {
  await sendEmail(report, signedIn());
});

await report.step('9. A stranger is invited to a group, and accepts', () => inviteStranger(report));
await report.step('10. Somebody floods a group, and is muted there', () => flood(report));

await staff?.close();

report.print();
const [first] = report.failed;
if (first) {
  console.log(`\n${report.failed.length} of ${report.rows.length} are not as expected. First: ${first.what}`);
  console.log(`Look at the logs in ${LOGS}, at the dead letters in the collection deadLetters,`);
  console.log(`and at every push in ${FCM}/_/messages.`);
} else {
  console.log(`\nAll ${report.rows.length} are as expected.`);
}
// Listeners of a step that ended early would keep the process alive.
process.exit(first ? 1 : 0);

function massMessage(): Promise<void> {
  return report.step('6. While it is paused, the dashboard writes one message to many people', () => {
    const known = seeded.matching.slice(0, MASS_MESSAGE);
    return sendMassMessage(report, signedIn(), known, seeded.others.slice(0, STRANGERS));
  });
}

function signedIn(): Phone {
  if (!staff) throw new Error('nobody of the staff is signed in, since step 3 ended early');
  return staff;
}

async function closeAll(phones: Phone[]): Promise<void> {
  await Promise.all(phones.map((phone) => phone.close()));
}
