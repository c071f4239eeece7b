/** A draft that saves itself on the server while it is composed. */
import type { CampaignDrafts, ParleyError } from 'parley-client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.js';
import { type Draft, newDraft, readDraft, type Step } from './job.js';

export type Saving = { state: 'new' | 'waiting' | 'saving' | 'saved' } | { state: 'failed'; error: ParleyError };

const REST_MS = 1_500;
/** Stands for a name, which a stored draft must have. */
export const UNNAMED = '…';

interface Edited {
  draft: Draft | undefined;
  isGone: boolean;
  saving: Saving;
  change(changes: Partial<Draft>): void;
  /** Save at once what is not saved yet. */
  flush(): Promise<void>;
  remove(): Promise<void>;
}

/** Edit the draft of an id; one that is not stored yet begins with `first`. */
export function useDraft(id: string | undefined, step: Step, opened: (id: string) => void, first = newDraft): Edited {
  const { dashboard } = useSession();
  const [draft, setDraft] = useState<Draft | undefined>(id === undefined ? first : undefined);
  const [isGone, setIsGone] = useState(false);
  const [saving, setSaving] = useState<Saving>({ state: 'new' });
  const drafts = useRef<CampaignDrafts>(undefined);
  const known = useRef(id);
  const unsaved = useRef<Draft>(undefined);
  const queue = useRef(Promise.resolve());
  const isHere = useRef(true);
  const held = useRef(draft);
  held.current = draft;

  useEffect(() => {
    const live = dashboard.campaignDrafts();
    drafts.current = live;
    // A draft that was begun here has its id from here: it is not read, and the list may lack it yet.
    if (id !== undefined && !held.current) {
      live.first().then(
        (all) => {
          const stored = all.get(id);
          if (stored) setDraft(readDraft(stored.job as Partial<Draft>));
          else setIsGone(true);
        },
        (error: ParleyError) => setSaving({ state: 'failed', error }),
      );
    }
    return () => live.close();
  }, [dashboard, id]);

  const save = useCallback(async () => {
    const written = unsaved.current;
    if (!written || !drafts.current) return;
    setSaving({ state: 'saving' });
    try {
      const id = await drafts.current.save({
        ...(known.current !== undefined && { id: known.current }),
        name: written.name.trim() || UNNAMED,
        job: { ...written },
        step,
      });
      if (unsaved.current === written) unsaved.current = undefined;
      setSaving({ state: unsaved.current ? 'waiting' : 'saved' });
      if (known.current === undefined) {
        known.current = id;
        if (isHere.current) opened(id);
      }
    } catch (error) {
      setSaving({ state: 'failed', error: error as ParleyError });
    }
  }, [step, opened]);

  /** One after another, so that a new draft is written once. */
  const flush = useCallback(() => {
    queue.current = queue.current.then(save);
    return queue.current;
  }, [save]);

  // What was changed last is saved also where one leaves at once.
  const saveLast = useRef(flush);
  saveLast.current = flush;
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
      void saveLast.current();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the draft begins the rest anew.
  useEffect(() => {
    if (!unsaved.current) return;
    const alarm = setTimeout(() => void flush(), REST_MS);
    return () => clearTimeout(alarm);
  }, [draft, flush]);

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (unsaved.current) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, []);

  const change = useCallback((changes: Partial<Draft>) => {
    setDraft((before) => {
      if (!before) return before;
      const after = { ...before, ...changes };
      unsaved.current = after;
      return after;
    });
    setSaving({ state: 'waiting' });
  }, []);

  const remove = useCallback(async () => {
    unsaved.current = undefined;
    await queue.current;
    if (known.current !== undefined) await drafts.current?.remove(known.current);
  }, []);

  return { draft, isGone, saving, change, flush, remove };
}
