/** Step 5: a one-way campaign, previewed, paused and resumed in the middle, and explained. */
import { doc, serverTimestamp, updateDoc, writeBatch } from 'firebase/firestore';
import { type CampaignJob, type CampaignStatus, newId } from 'parley-client';
import { follow, HAS_ENDED, write } from './following.js';
import { Phone } from './phone.js';
import { ExpectedPushes } from './pushes.js';
import type { Report } from './report.js';
import { createAccount, type Person, SERVICE } from './seed.js';
import { RUN } from './settings.js';
import { find } from './tree.js';
import { until } from './waiting.js';

const SECONDS = 60;
const BATCH_MS = 1_000;
/** How long the campaign takes at its throttle. */
const PACED_SECONDS = 6;
const SENT = new Set(['sent', 'delivered', 'read', 'replied']);

export interface Preview {
  audienceCount: number;
  willSend: number;
  excluded: Record<string, number>;
  samples: { userId: string; text?: string; reason?: string }[];
}

interface Explanation {
  inAudience: boolean;
  state?: string;
  reason?: string;
  checks: { check: string; ok: boolean; detail: string }[];
  text: string;
}

/** A one-way campaign to come: its job, its people, and three of them to preview. */
export class OneWayCampaign {
  readonly campaignId = `${RUN}-${newId()}`;
  private readonly sampled: string[];

  constructor(
    private readonly report: Report,
    private readonly staff: Phone,
    private readonly reached: Person[],
    private readonly refusing: Person[],
  ) {
    this.sampled = [refusing[0], reached[0], reached.at(-1)].map((person) => (person as Person).uid);
  }

  preview(): Promise<Preview> {
    const { createdBy, command, ...job } = this.job;
    return this.staff.call<Preview>('previewCampaign', { job, userIds: this.sampled });
  }

  /** Send it, pause it in the middle, and resume it after `meanwhile`; compare with the preview. */
  async run(preview: Preview, meanwhile: () => Promise<void>): Promise<void> {
    const { campaignId, report, staff, reached, refusing } = this;
    await write(staff, `campaignQueue/${campaignId}`, this.job);
    await this.pauseInTheMiddle(meanwhile);
    await this.command('resume');
    const status = await follow(staff, campaignId, SECONDS, HAS_ENDED);
    report.row('one-way: state after resuming', 'completed', status.state);
    await this.countMessages(preview, status);
    await countPushes(report, campaignId, reached, refusing);
    await nobodyAnswers(report, reached[0] as Person);
    await explain(report, staff, campaignId, reached[0] as Person, refusing[0] as Person);
  }

  private get job(): Omit<CampaignJob, 'createdAt'> {
    const people = [...this.refusing, ...this.reached];
    return {
      serviceId: SERVICE,
      createdBy: this.staff.uid,
      name: 'One way',
      kind: 'oneWay',
      channels: ['chat'],
      purpose: 'marketing',
      audience: { userIds: people.map(({ uid }) => uid) },
      message: { body: '{{ user.displayName }}, your plan is {{ user.attributes.plan }}' },
      throttle: { perMinute: Math.ceil((people.length * 60) / PACED_SECONDS) },
      command: 'start',
    };
  }

  private command(command: CampaignJob['command']): Promise<void> {
    return updateDoc(doc(this.staff.db, `campaignQueue/${this.campaignId}`), { command });
  }

  /** Pause once somebody has the message; nobody gets it while the campaign is paused. */
  private async pauseInTheMiddle(meanwhile: () => Promise<void>): Promise<void> {
    const { campaignId, report, reached, staff } = this;
    const count = async (): Promise<number> => (await find('messages', 'campaignId', campaignId)).length;
    await until('the first messages', SECONDS, count);
    await this.command('pause');
    await follow(staff, campaignId, SECONDS, (status) => status.state === 'paused' || HAS_ENDED(status));
    // A batch that was begun before the pause may still end.
    await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
    const paused = await count();
    await meanwhile();
    report.row('one-way: paused in the middle', true, paused > 0 && paused < reached.length);
    report.row('one-way: messages at the end of the pause', paused, await count());
    console.log(`  paused after ${paused} of ${reached.length}`);
  }

  /** Everybody has their text once, and the preview said so. */
  private async countMessages(preview: Preview, status: CampaignStatus): Promise<void> {
    const { campaignId, report, reached, refusing, sampled } = this;
    const messages = await find('messages', 'campaignId', campaignId);
    const texts = new Map(messages.map(({ path, fields }) => [path, fields.body]));
    const textOf = (uid: string): string | undefined =>
      texts.get(`chatMessages/${broadcastChatId(uid, SERVICE)}/messages/${campaignId}:${uid}`);
    report.row('one-way: messages anywhere', reached.length, messages.length);
    report.row('one-way: people with theirs', reached.length, reached.filter(({ uid }) => textOf(uid)).length);
    report.row('preview: the audience', reached.length + refusing.length, preview.audienceCount);
    report.row('preview: how many get it, and how many did', preview.willSend, sentTo(status));
    report.row('preview: people left out, and who was', preview.excluded, status.skippedBy);
    const previewed = sampled.map((uid) => preview.samples.find(({ userId }) => userId === uid)?.text ?? 'none');
    const came = sampled.map((uid) => textOf(uid) ?? 'none');
    report.row('preview: texts, and what came', previewed, came);
  }
}

async function countPushes(report: Report, campaignId: string, reached: Person[], refusing: Person[]): Promise<void> {
  const pushes = new ExpectedPushes();
  for (const { uid, token } of reached) {
    pushes.add([token], { chatId: broadcastChatId(uid, SERVICE), messageId: `${campaignId}:${uid}` });
  }
  await report.eventually(
    'one-way: people whose push was handed over',
    reached.length,
    SECONDS,
    async () => (await pushes.compare()).arrived,
  );
  const chats = new Set(refusing.map(({ uid }) => broadcastChatId(uid, SERVICE)));
  const { pushes: sent } = await pushes.compare(refusing.map(({ token }) => token));
  const wrong = sent.filter(({ message }) => chats.has(message?.data?.chatId));
  report.row('one-way: pushes to people who refuse', 0, wrong.length);
}

/** The rules refuse an answer in a one-way chat. */
async function nobodyAnswers(report: Report, { uid, displayName }: Person): Promise<void> {
  const phone = new Phone('listening', displayName);
  await phone.signIn(await createAccount(uid));
  const chatId = broadcastChatId(uid, SERVICE);
  const messageId = newId();
  const answer = { senderId: uid, createdAt: serverTimestamp() };
  const batch = writeBatch(phone.db);
  batch.set(doc(phone.db, `chatMessages/${chatId}/messages/${messageId}`), { ...answer, body: 'Who reads this?' });
  batch.set(doc(phone.db, `messageQueue/${chatId}:${messageId}`), { ...answer, chatId, messageId, shard: 0 });
  const code = await batch.commit().then(
    () => 'written',
    (error: { code: string }) => error.code,
  );
  report.row('one-way: an answer is', 'permission-denied', code);
  await phone.close();
}

async function explain(
  report: Report,
  staff: Phone,
  campaignId: string,
  reached: Person,
  refusing: Person,
): Promise<void> {
  const ask = ({ uid }: Person): Promise<Explanation> =>
    staff.call<Explanation>('explainRecipient', { campaignId, userId: uid });
  const got = await ask(reached);
  report.row(
    'explain: one who got it',
    [true, true, true],
    [got.inAudience, SENT.has(got.state ?? ''), got.text !== ''],
  );
  const skipped = await ask(refusing);
  report.row(
    'explain: one who refused',
    [true, 'skipped', 'noConsent', true],
    [skipped.inAudience, skipped.state, skipped.reason, skipped.checks.some(({ ok }) => !ok)],
  );
  console.log(`  ${skipped.text}`);
}

function broadcastChatId(uid: string, serviceId: string): string {
  return `${uid}:broadcast:${serviceId}`;
}

function sentTo({ counts }: CampaignStatus): number {
  return counts.sent + counts.delivered + counts.read + counts.replied;
}
