/** The campaigns of a service, as its staff read, send and command them. */
import { orderBy, serverTimestamp, where } from 'firebase/firestore';
import type {
  Batch,
  CampaignJob,
  CampaignStatus,
  Recipient,
  RecipientState,
  SendingWindow,
} from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type { Explained, Previewed, ResultPage } from './calls.js';
import { withoutUndefined } from './connection.js';
import { Inbox } from './inbox.js';
import type { Live } from './live.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { newId, paths } from './paths.js';
import { CampaignDrafts } from './shelf.js';
import { DocumentList, watchOne } from './watching.js';

/** The most values of one `array-contains-any`, by Firestore's own limit. */
const AT_ONCE = 30;

export interface ListedCampaign extends CampaignStatus {
  campaignId: string;
}

/** A campaign to send: the library adds service, author and time. */
export interface NewCampaign
  extends Omit<CampaignJob, 'serviceId' | 'createdBy' | 'createdAt' | 'command' | 'schedule'> {
  schedule?: { startAt?: Date; expireAt?: Date; window?: SendingWindow };
}

/** What staff may tell a campaign that was sent. */
export type CampaignCommand = 'start' | 'pause' | 'resume' | 'cancel';

/** What staff do with campaigns; a part of the `Dashboard`. */
export class Campaigns extends Inbox {
  /** Watch the campaigns that are being composed, the last changed first. */
  campaignDrafts(): CampaignDrafts {
    return new CampaignDrafts(this.connection, this.serviceId);
  }

  /** List the service's campaigns, the last changed first: one that runs stands above those that have ended. */
  campaigns({ pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ListedCampaign> {
    const asked = [where('serviceId', '==', this.serviceId), orderBy('updatedAt', 'desc')];
    return new DocumentList(this.connection, paths.campaignStatuses, asked, pageSize, (each) => ({
      ...(each.data() as CampaignStatus),
      campaignId: each.id,
    }));
  }

  /** What becomes of a campaign; null before a worker has taken it. */
  campaign(campaignId: string): Live<CampaignStatus | null> {
    return watchOne<CampaignStatus>(this.connection, paths.campaignStatus(campaignId));
  }

  /** A campaign as it was sent, with its newest command. */
  campaignJob(campaignId: string): Live<CampaignJob | null> {
    return watchOne<CampaignJob>(this.connection, paths.campaignJob(campaignId));
  }

  /** Send a campaign; return its id. By owners and admins, as is every command. */
  async sendCampaign(job: NewCampaign): Promise<string> {
    const campaignId = newId();
    const stamps = { serviceId: this.serviceId, createdBy: this.connection.uid, createdAt: serverTimestamp() };
    await this.connection.write(ACTS.sendCampaign, ({ set }) =>
      set(paths.campaignJob(campaignId), { ...withoutUndefined(job), ...stamps, command: 'start' }),
    );
    return campaignId;
  }

  command(campaignId: string, command: CampaignCommand): Promise<void> {
    return this.connection.write(ACTS.commandCampaign, ({ update }) =>
      update(paths.campaignJob(campaignId), { command }),
    );
  }

  /** What a campaign would do, and how its text looks for `userIds`, or for `sampleCount` people. */
  previewCampaign(job: NewCampaign, userIds?: string[], sampleCount?: number): Promise<Previewed> {
    const asked = { ...job, serviceId: this.serviceId };
    return this.connection.call('previewCampaign', { job: asked, userIds, sampleCount });
  }

  /** Why a person got a campaign, or did not. */
  explainRecipient(campaignId: string, userId: string): Promise<Explained> {
    return this.connection.call('explainRecipient', { campaignId, userId });
  }

  /**
   * One page of what became of each person, as CSV; of those in `state` alone, if it is given. A page has up to
   * 5,000 people, or fewer where a search for a state has read 204 batches.
   */
  exportCampaign(campaignId: string, cursor?: string, state?: RecipientState): Promise<ResultPage> {
    return this.connection.call('exportCampaign', { campaignId, state, cursor });
  }

  /**
   * What became of these people, by uid, without those who are not in the campaign. A query for each 30, and a read
   * for each batch that has some of them.
   */
  async recipients(campaignId: string, userIds: string[]): Promise<Map<string, Recipient>> {
    const parts = Array.from({ length: Math.ceil(userIds.length / AT_ONCE) }, (_, at) =>
      userIds.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
    );
    const pages = await Promise.all(
      parts.map((some) => this.connection.find(paths.batches(campaignId), where('uids', 'array-contains-any', some))),
    );
    const asked = new Set(userIds);
    const all = (pages.flat() as Batch[]).flatMap(({ recipients }) => Object.entries(recipients));
    return new Map(all.filter(([uid]) => asked.has(uid)));
  }

  /** Give everybody who failed another attempt. */
  retryFailed(campaignId: string): Promise<{ retried: number; waiting?: number }> {
    return this.connection.call('retryFailed', { campaignId });
  }
}
