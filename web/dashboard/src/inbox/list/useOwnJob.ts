/** The change of many cases that one began oneself, wherever one has been since. */
import type { BulkJob, ListedBulkJob } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { useCallback, useState } from 'react';
import { useSession } from '../../session/session.js';

/** So long after its end a job is shown to whoever comes back. */
const LATELY_MS = 15 * 60_000;

export interface OwnJob {
  /** The newest one, under way or over lately; none once it is hidden. */
  job: ListedBulkJob | undefined;
  hide(): void;
}

/** Listens to one document. */
export function useOwnJob(): OwnJob {
  const { dashboard, uid, serviceId } = useSession();
  const { value } = useLive(() => dashboard.bulkJobs({ createdBy: uid, pageSize: 1 }), [dashboard, uid]);
  const [since] = useState(() => Date.now() - LATELY_MS);
  const place = `parley.hiddenJob.${serviceId}.${uid}`;
  const [hidden, setHidden] = useState(() => localStorage.getItem(place));
  const newest = value?.items[0];
  const jobId = newest?.jobId;

  const hide = useCallback(() => {
    if (jobId === undefined) return;
    localStorage.setItem(place, jobId);
    setHidden(jobId);
  }, [place, jobId]);
  return { job: newest && jobId !== hidden && isRecent(newest, since) ? newest : undefined, hide };
}

/** Whether a job is under way, or ended after `since`, in milliseconds. */
export function isRecent(job: BulkJob, since: number): boolean {
  return !isOver(job) || (job.finishedAt?.toMillis() ?? 0) >= since;
}

export function isOver({ state }: BulkJob): boolean {
  return state === 'completed' || state === 'cancelled' || state === 'failed';
}
