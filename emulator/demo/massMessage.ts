/** Step 6: one message of a dashboard into many case chats, without a campaign. */
import { caseChatId, newId } from 'parley-client';
import { listenFor, write } from './following.js';
import type { Phone } from './phone.js';
import { ExpectedPushes } from './pushes.js';
import type { Report } from './report.js';
import { type Person, SERVICE } from './seed.js';
import { RUN } from './settings.js';
import { get } from './tree.js';

const SECONDS = 45;
const BODY = 'Our phones are down. {{ Please }} write to us here.';
const SETTLED = new Set(['SUCCESS', 'ERROR']);

interface Job {
  delivery?: { state: string; attempts: number; error?: string; info?: { sent: number; skipped: object } };
}

/** `known` have a case chat, `strangers` have none, and one uid belongs to nobody. */
export async function sendMassMessage(
  report: Report,
  staff: Phone,
  known: Person[],
  strangers: Person[],
): Promise<void> {
  const jobId = `${RUN}-${newId()}`;
  const people = [...known, ...strangers];
  const from = performance.now();
  await write(staff, `campaignMessageQueue/${jobId}`, {
    serviceId: SERVICE,
    createdBy: staff.uid,
    kind: 'mass',
    userIds: [...people.map(({ uid }) => uid), `${RUN}-nobody`],
    message: { body: BODY },
  });
  const { delivery } = await listenFor<Job>(staff, `campaignMessageQueue/${jobId}`, SECONDS, (job) =>
    SETTLED.has(job.delivery?.state ?? ''),
  );
  report.time('mass message: written to answered', performance.now() - from);
  report.row(
    'mass message: answer',
    ['SUCCESS', people.length, { notInService: 1 }],
    [delivery?.state, delivery?.info?.sent, delivery?.info?.skipped],
  );

  const chatOf = ({ uid }: Person): string => caseChatId(uid, SERVICE);
  const pathOf = (person: Person): string => `chatMessages/${chatOf(person)}/messages/${jobId}:${person.uid}`;
  const messages = await get(people.map(pathOf));
  report.row(
    'mass message: people with it, by the dashboard and its author',
    people.length,
    [...messages.values()].filter(
      ({ body, senderId, staffId }) => body === BODY && senderId === `service:${SERVICE}` && staffId === staff.uid,
    ).length,
  );
  const chats = await get(strangers.map((person) => `chats/${chatOf(person)}`));
  report.row(
    'mass message: new case chats, closed, with one message',
    strangers.length,
    [...chats.values()].filter(({ state, messageCount }) => state === 'closed' && messageCount === 1).length,
  );

  const pushes = new ExpectedPushes();
  for (const person of people) {
    pushes.add([person.token], { chatId: chatOf(person), messageId: `${jobId}:${person.uid}` });
  }
  await report.eventually(
    'mass message: people whose push was handed over',
    people.length,
    SECONDS,
    async () => (await pushes.compare()).arrived,
  );
}
