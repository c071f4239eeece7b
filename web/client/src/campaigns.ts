/** The campaigns of a service, as its staff read, send and command them. */
import { orderBy, serverTimestamp, where } from 'firebase/firestore';
import type { CampaignJob, CampaignStatus, SendingWindow } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import { type Connection, withoutUndefined } from './connection.js';
import { newId, paths } from './paths.js';
import { DocumentList } from './watching.js';

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

/** List them, the last changed first: one that runs stands above those that have ended. */
export function campaignList(
  connection: Connection,
  serviceId: string,
  pageSize: number,
): DocumentList<ListedCampaign> {
  const asked = [where('serviceId', '==', serviceId), orderBy('updatedAt', 'desc')];
  return new DocumentList(connection, paths.campaignStatuses, asked, pageSize, (each) => ({
    ...(each.data() as CampaignStatus),
    campaignId: each.id,
  }));
}

/** Write the job; return its id. */
export async function sendCampaign(connection: Connection, serviceId: string, job: NewCampaign): Promise<string> {
  const campaignId = newId();
  await connection.write(ACTS.sendCampaign, ({ set }) =>
    set(paths.campaignJob(campaignId), {
      ...withoutUndefined(job),
      serviceId,
      createdBy: connection.uid,
      createdAt: serverTimestamp(),
      command: 'start',
    }),
  );
  return campaignId;
}

export function commandCampaign(connection: Connection, campaignId: string, command: CampaignCommand): Promise<void> {
  return connection.write(ACTS.commandCampaign, ({ update }) => update(paths.campaignJob(campaignId), { command }));
}
