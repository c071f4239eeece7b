/** The campaigns of a service, as staff read and command them. */
import { collection, doc, limit, onSnapshot, orderBy, query, updateDoc, where } from 'firebase/firestore';
import type { CampaignStatus } from 'parley-client';
import { useEffect, useState } from 'react';
import { type Session, useSession } from '../session/session.js';

export interface ListedCampaign extends CampaignStatus {
  id: string;
}

export type Command = 'pause' | 'resume' | 'cancel';

const SHOWN = 50;

/** The newest campaigns; undefined before the first answer. */
export function useCampaigns(): ListedCampaign[] | undefined {
  const { backend, serviceId } = useSession();
  const [campaigns, setCampaigns] = useState<ListedCampaign[]>();
  useEffect(() => {
    const asked = query(
      collection(backend.db, 'campaignStatus'),
      where('serviceId', '==', serviceId),
      orderBy('updatedAt', 'desc'),
      limit(SHOWN),
    );
    return onSnapshot(asked, ({ docs }) =>
      setCampaigns(docs.map((each) => ({ ...(each.data() as CampaignStatus), id: each.id }))),
    );
  }, [backend, serviceId]);
  return campaigns;
}

/** One campaign; null if nobody has handled it yet, undefined before the first answer. */
export function useCampaign(id: string): ListedCampaign | null | undefined {
  const { backend } = useSession();
  const [campaign, setCampaign] = useState<ListedCampaign | null>();
  useEffect(
    () =>
      onSnapshot(
        doc(backend.db, 'campaignStatus', id),
        (found) => setCampaign(found.exists() ? { ...(found.data() as CampaignStatus), id } : null),
        () => setCampaign(null),
      ),
    [backend, id],
  );
  return campaign;
}

export function command({ backend }: Session, id: string, given: Command): Promise<void> {
  return updateDoc(doc(backend.db, 'campaignQueue', id), { command: given });
}
