/** Write jobs as a dashboard does, and follow what the server answers. */
import { doc, onSnapshot, serverTimestamp, setDoc } from 'firebase/firestore';
import type { CampaignStatus } from 'parley-client';
import type { Phone } from './phone.js';
import { Progress } from './progress.js';
import { until } from './waiting.js';

const FINAL = new Set(['completed', 'completedWithErrors', 'failed', 'cancelled']);

export const HAS_ENDED = ({ state }: CampaignStatus): boolean => FINAL.has(state);

/** Write a job under the rules; its `createdAt` is the server's time. */
export function write({ db }: Phone, path: string, job: object): Promise<void> {
  return setDoc(doc(db, path), { ...job, createdAt: serverTimestamp() });
}

/** Show a campaign's progress until its status is as wanted; return that status. */
export async function follow(
  phone: Phone,
  campaignId: string,
  seconds: number,
  isWanted: (status: CampaignStatus) => boolean,
): Promise<CampaignStatus> {
  const progress = new Progress();
  try {
    // The rules let staff listen as soon as the job exists, before it has a status.
    return await listenFor<CampaignStatus>(phone, `campaignStatus/${campaignId}`, seconds, (status) => {
      progress.show(status);
      return isWanted(status);
    });
  } finally {
    progress.end();
  }
}

/** Listen to a document until it is as wanted; return its fields. */
export async function listenFor<T>(
  { db }: Phone,
  path: string,
  seconds: number,
  isWanted: (fields: T) => boolean,
): Promise<T> {
  let fields: T | undefined;
  let failure: Error | undefined;
  const stop = onSnapshot(
    doc(db, path),
    (snapshot) => {
      fields = snapshot.data() as T | undefined;
    },
    (error) => {
      failure = error;
    },
  );
  try {
    return (await until(`${path} to get there`, seconds, () => {
      if (failure) throw failure;
      return fields && isWanted(fields) ? fields : null;
    })) as T;
  } finally {
    stop();
  }
}
