/**
 * The demo: real clients on the running stack, and a table of what was expected and what came.
 *
 * Ends with 0 only if all of it holds. Addresses come from the environment (`settings.mjs`), and
 * DEMO_PEOPLE is for how many people the campaign is.
 */
import { campaign, dashboard } from './campaign.mjs';
import { openAtOnce, personWithTwoPhones, talk } from './direct.mjs';
import { groupTalks, people } from './group.mjs';
import { Expected } from './pushes.mjs';
import { Report } from './report.mjs';
import { ownerPath, seed } from './seed.mjs';
import { FCM, FIRESTORE, GROUP_SIZE, LOGS, PEOPLE, RUN } from './settings.mjs';
import { get } from './tree.mjs';
import { until } from './waiting.mjs';

const MIRROR_SECONDS = 30;
const EVENT_SECONDS = 180;

const report = new Report();
console.log(`Run ${RUN}: Firestore at ${FIRESTORE}, the stand-in for FCM at ${FCM}`);

await report.step('1. Two people open a direct chat, both at once, and talk', async () => {
  const [ann, ben, cleo, dan] = await Promise.all(
    ['Ann', 'Ben', 'Cleo', 'Dan'].map(personWithTwoPhones),
  );
  const pushes = new Expected();
  await openAtOnce(report, cleo, dan, 'write');
  const chatId = await openAtOnce(report, ann, ben, 'callable');
  await talk(report, chatId, ann, ben, pushes);
  const { unexpected } = await pushes.compare([...cleo.tokens, ...dan.tokens]);
  report.row('direct: pushes that nobody expected', 0, unexpected);
  await closeAll([ann, ben, cleo, dan].flatMap(({ phone, second }) => [phone, second]));
});

await report.step(`2. A group of ${GROUP_SIZE}, made by the callable, talks`, async () => {
  const members = await people(GROUP_SIZE);
  const known = members.map(({ uid }) => `services/default/users/${uid}`);
  await report.eventually('group: people whom the default service knows', GROUP_SIZE,
    MIRROR_SECONDS, async () => (await get(known)).size);
  const pushes = new Expected();
  await groupTalks(report, members, new Map(members.map((each) => [each, [each.token]])), pushes);
  const { unexpected } = await pushes.compare();
  report.row('group: pushes that nobody expected', 0, unexpected);
  await closeAll(members);
});

await report.step(`3. A staff member writes one campaign for ${PEOPLE} people`, async () => {
  const from = performance.now();
  const seeded = await seed();
  report.time('campaign: seeding', performance.now() - from);
  // The emulator delivers some 50 events a second, one after the other: the campaign's own event
  // would wait behind those of the seeded devices. A few of these may be lost.
  const registered = performance.now();
  const owners = [...seeded.matching, ...seeded.others].map(({ token }) => ownerPath(token));
  await until('the events of the seeded devices', EVENT_SECONDS, async () =>
    (await get(owners)).size >= owners.length * 0.98);
  report.time('campaign: events of the seeded devices', performance.now() - registered);
  const staff = await dashboard();
  await campaign(report, staff, seeded);
  await staff.close();
});

report.print();
const { failed } = report;
if (failed.length) {
  console.log(`\n${failed.length} of ${report.rows.length} are not as expected. First: ${failed[0].what}`);
  console.log(`Look at the logs in ${LOGS}, at what was parked in the collection deadLetters,`);
  console.log(`and at every push in ${FCM}/_/messages.`);
} else {
  console.log(`\nAll ${report.rows.length} are as expected.`);
}
// Listeners of a step that ended early would keep the process.
process.exit(failed.length ? 1 : 0);

/** @param {import('./clients.mjs').Phone[]} phones */
async function closeAll(phones) {
  await Promise.all(phones.map((phone) => phone.close()));
}
