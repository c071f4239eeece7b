/** The scenario, step by step. */
import type { CampaignStatus } from 'parley-client';
import { type Actor, type Cast, SERVICE } from '../cast/cast.js';
import { lead, leadToChat } from '../cast/screens.js';
import type { TextKey } from '../texts.js';
import { answer, follow, listed, order, type Play, pause, write } from './acts.js';

export interface Step {
  text: TextKey & `step.${string}`;
  act(play: Play, cast: Cast, memory: Memory): Promise<void>;
}

/** What a later step has to know of an earlier one. */
export interface Memory {
  directId?: string;
  saidId?: string;
  caseId?: string;
  askedId?: string;
}

const READ_MS = 1_500;
const FINAL: CampaignStatus['state'][] = ['completed', 'completedWithErrors', 'failed', 'cancelled'];
const CUSTOMERS = { userIds: ['ann', 'ben', 'dina'] };

export const STEPS: readonly Step[] = [
  {
    text: 'step.direct',
    async act(play, { ann, ben }, memory) {
      const { chatId } = await ann.parley.open.direct(ben.uid);
      memory.directId = chatId;
      leadToChat(ann.uid, chatId);
      const first = await write(play, ann, chatId, 'Hi Ben, shall we go hikking on Sunday?');
      memory.saidId = first;
      await listed(play, ben, chatId);
      leadToChat(ben.uid, chatId);
      await pause(play, READ_MS);
      await write(play, ben, chatId, 'Gern! Wann geht es los?');
    },
  },
  {
    text: 'step.react',
    async act(play, { ann, ben }, { directId = '', saidId = '' }) {
      await answer(play, ben, directId, saidId, (chat) => chat.posting.react(saidId, '👍'));
      await pause(play, READ_MS);
      await answer(play, ann, directId, saidId, (chat) =>
        chat.posting.edit(saidId, 'Hi Ben, shall we go hiking on Sunday?'),
      );
    },
  },
  {
    text: 'step.group',
    async act(play, { ann, ben, dina }) {
      const userIds = [ben.uid, dina.uid];
      const { chatId, invited } = await ann.parley.open.group({ title: 'Sunday hike', userIds });
      leadToChat(ann.uid, chatId);
      leadToChat(ben.uid, chatId);
      lead(dina.uid, '/chat/');
      await write(play, ann, chatId, 'We meet at nine at the station.');
      await listed(play, dina, chatId);
      await pause(play, READ_MS);
      if (invited.includes(dina.uid)) await accept(dina, chatId);
      leadToChat(dina.uid, chatId);
      await write(play, dina, chatId, 'سأكون هناك 🥾');
    },
  },
  {
    text: 'step.case',
    async act(play, { dina, sam }, memory) {
      const { chatId } = await dina.parley.open.case(SERVICE);
      memory.caseId = chatId;
      leadToChat(dina.uid, chatId);
      memory.askedId = await write(play, dina, chatId, 'When does my order arrive?');
      lead(sam.uid, `/inbox/${encodeURIComponent(chatId)}`);
      await pause(play, READ_MS);
    },
  },
  {
    text: 'step.answer',
    async act(play, { sam }, { caseId = '' }) {
      const dashboard = sam.parley.dashboard(SERVICE);
      await dashboard.assign(caseId, sam.uid);
      const chat = dashboard.chat(caseId);
      try {
        await chat.ready();
        chat.typing.keystroke();
        await pause(play, READ_MS);
        await chat.posting.send({ body: 'Good morning! It left our store today and arrives on Friday.' }).sent;
      } finally {
        chat.close();
      }
    },
  },
  {
    text: 'step.campaign',
    async act(play, { sam }) {
      await campaign(play, sam, {
        name: 'A word to our customers',
        kind: 'individual',
        channels: ['chat'],
        purpose: 'marketing',
        message: { body: 'Hello {{ user.displayName }}, our new boots are in the shop.' },
      });
    },
  },
  {
    text: 'step.sms',
    async act(play, { sam }) {
      await campaign(play, sam, {
        name: 'Opening hours',
        kind: 'oneWay',
        channels: ['sms'],
        purpose: 'transactional',
        message: { body: 'Hello {{ user.displayName }}, Acme opens at ten tomorrow. Reply STOP to end.' },
      });
    },
  },
  {
    text: 'step.email',
    async act(play, { sam, ann }) {
      const subject = 'Your receipt of Acme';
      const jobId = await order(sam, 'emailNotifications', {
        serviceId: SERVICE,
        to: ann.email,
        message: { subject, text: 'Thank you, Ann.', html: '<p>Thank you, Ann.</p>' },
      });
      type Job = { delivery?: { state: string } };
      await follow<Job>(play, sam, `emailNotifications/${jobId}`, ({ delivery }) => delivery?.state === 'SUCCESS');
    },
  },
];

async function accept({ parley }: Actor, chatId: string): Promise<void> {
  const chat = parley.chat(chatId);
  try {
    await chat.membership.accept();
  } finally {
    chat.close();
  }
}

async function campaign(play: Play, sam: Actor, job: object): Promise<void> {
  const fields = { ...job, serviceId: SERVICE, audience: CUSTOMERS, command: 'start' };
  const campaignId = await order(sam, 'campaignQueue', fields);
  lead(sam.uid, `/campaigns/${campaignId}`);
  await follow<CampaignStatus>(play, sam, `campaignStatus/${campaignId}`, ({ state }) => FINAL.includes(state));
  await pause(play, READ_MS);
}
