/** What the server says that a draft would do, asked again when the typing stops. */
import type { ParleyError } from 'parley-client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { isAdmin, useSession } from '../session/session.js';
import { type Draft, type Job, type Problem, previewedJob, problemsOf } from './job.js';
import {
  type Ask,
  type Asked,
  askedOf,
  failedWith,
  isCountedLater,
  isSame,
  nextAsk,
  type Progress,
} from './previewPlan.js';

const SAMPLES = 10;
/** As many texts as one call renders for people who are named. */
export const RENDERED = 3;

export type Preview = Awaited<ReturnType<ReturnType<typeof useSession>['dashboard']['previewCampaign']>>;

export interface Previewing {
  /** The newest there is: it stays while another one is asked for, and where that fails. */
  preview: Preview | undefined;
  error: ParleyError | undefined;
  /** Whether the counts are of an earlier draft. */
  isStale: boolean;
  /** Whether the texts are of an earlier draft. */
  isTextStale: boolean;
  /** Whether the counts are on their way. */
  isCounting: boolean;
  askAgain(): void;
}

/** The problems without which the server can count: name and text may still be missing. */
function blocksPreview({ step, text }: Problem): boolean {
  return step === 'audience' || step === 'time' || text === 'longBody' || text === 'longName';
}

interface Known extends Progress {
  preview?: Preview;
}

/** @param isFinal Whether the draft is about to be sent: then a large audience is counted for each text. */
export function usePreview(draft: Draft, isFinal: boolean): Previewing {
  const { dashboard, role } = useSession();
  const job = useMemo(() => (problemsOf(draft).some(blocksPreview) ? undefined : previewedJob(draft)), [draft]);
  const asked = useMemo(() => job && askedOf(job), [job]);
  const [known, setKnown] = useState<Known>({});
  /** The number of the newest request, and of the newest that counted. */
  const [newest, newestCount] = [useRef(0), useRef(0)];

  function ask({ what }: Ask, of: Asked, job: Job): void {
    newest.current += 1;
    const mine = newest.current;
    const isNewest = (): boolean => mine === newest.current;
    const people = (known.preview?.samples ?? []).slice(0, RENDERED).map(({ userId }) => userId);
    setKnown((before) => ({ ...before, asking: of }));
    const answering =
      what === 'all'
        ? dashboard.previewCampaign(job, undefined, SAMPLES)
        : dashboard.previewCampaign({ ...job, audience: { userIds: people } }, people);
    answering.then(
      (answer) => {
        // The counts of a large audience come late: they are shown also where the text has changed meanwhile.
        if (what === 'texts' ? !isNewest() : mine < newestCount.current) return;
        if (what === 'all') newestCount.current = mine;
        setKnown((before) => ({
          ...(what === 'all' ? counted(before, of, answer) : rendered(before, of, answer)),
          ...(isNewest() && { asking: undefined, failed: undefined }),
        }));
      },
      (error: ParleyError) => {
        if (!isNewest()) return;
        setKnown((before) => ({
          ...before,
          asking: undefined,
          failed: failedWith(of, error, before.failed, Date.now()),
        }));
      },
    );
  }

  const next = asked && isAdmin(role) ? nextAsk(asked, known, isFinal, Date.now()) : undefined;
  const act = useRef<() => void>(undefined);
  act.current = () => next && asked && job && ask(next, asked, job);
  const waits = next && `${next.what} ${next.isLater} ${asked?.audience} ${asked?.text} ${known.failed?.notBefore}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `waits` says what is waited for; the time goes on.
  useEffect(() => {
    if (!next) return;
    const alarm = setTimeout(() => act.current?.(), next.afterMs);
    return () => clearTimeout(alarm);
  }, [waits]);

  const { failed } = known;
  const isWaiting = failed?.error.isPassing;
  const isStale = asked !== undefined && !isSame(known.counted?.of, asked);
  const error = isStale && (isWaiting || isSame(failed?.of, asked)) ? failed?.error : undefined;
  return {
    preview: asked && known.preview,
    error,
    isStale,
    isTextStale: asked !== undefined && !isSame(known.rendered, asked),
    isCounting: isStale && !error && !isCountedLater(asked, known, isFinal),
    askAgain: () => setKnown((before) => ({ ...before, failed: undefined })),
  };
}

function counted(before: Known, of: Asked, preview: Preview): Known {
  return { ...before, preview, counted: { of, audienceCount: preview.audienceCount }, rendered: of };
}

/** The counts of before with texts of now. Why a person was picked stays as it was. */
function rendered(before: Known, of: Asked, { samples }: Preview): Known {
  if (!before.preview) return before;
  const shown = new Map(samples.map((sample) => [sample.userId, sample]));
  const all = before.preview.samples.map(({ userId, picked, ...sample }) => {
    const text = shown.get(userId) ?? { userId, ...sample };
    return picked ? { ...text, picked } : text;
  });
  return { ...before, preview: { ...before.preview, samples: all }, rendered: of };
}
