/** What the server says that a draft would do, asked again when the typing stops. */
import type { ParleyError } from 'parley-client';
import { useEffect, useMemo, useState } from 'react';
import { isAdmin, useSession } from '../session/session.js';
import { type Draft, type Job, type Problem, previewedJob, problemsOf } from './job.js';

const SAMPLES = 10;
const SETTLED_MS = 700;

export type Preview = Awaited<ReturnType<ReturnType<typeof useSession>['dashboard']['previewCampaign']>>;

export interface Previewing {
  preview: Preview | undefined;
  error: ParleyError | undefined;
  /** Whether the shown preview is of an earlier draft. */
  isStale: boolean;
  askAgain(): void;
}

/** The problems without which the server can count: name and text may still be missing. */
function blocksPreview({ step, text }: Problem): boolean {
  return step === 'audience' || step === 'time' || text === 'longBody' || text === 'longName';
}

export function usePreview(draft: Draft): Previewing {
  const { dashboard, role } = useSession();
  const job = useMemo(() => (problemsOf(draft).some(blocksPreview) ? undefined : previewedJob(draft)), [draft]);
  const key = job && keyOf(job);
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<{ key: string; preview?: Preview; error?: ParleyError }>();

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the job; `round` asks again.
  useEffect(() => {
    if (!job || key === undefined || !isAdmin(role)) return;
    let isOver = false;
    const alarm = setTimeout(() => {
      dashboard.previewCampaign(job, undefined, SAMPLES).then(
        (preview) => !isOver && setAnswer({ key, preview }),
        (error: ParleyError) => !isOver && setAnswer({ key, error }),
      );
    }, SETTLED_MS);
    return () => {
      isOver = true;
      clearTimeout(alarm);
    };
  }, [key, round, dashboard, role]);

  return {
    preview: job && answer?.preview,
    error: job && answer?.error,
    isStale: job !== undefined && answer?.key !== key,
    askAgain: () => {
      setAnswer(undefined);
      setRound((before) => before + 1);
    },
  };
}

/** The name changes nothing that is shown, unless the text says it. */
function keyOf(job: Job): string {
  const { name, ...rest } = job;
  return JSON.stringify(job.message.body.includes('campaign') ? job : rest) + (name ? '' : '-');
}
