/** The canned answers that `/` offers while one types. */
import type { CannedAnswer } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { type KeyboardEvent, type RefObject, useMemo, useState } from 'react';
import { useSession } from '../../session/session.js';
import { askedFor, type Context, fillIn, matching } from './canned.js';

const MOST_SHOWN = 8;
const NO_ANSWERS: ReadonlyMap<string, CannedAnswer> = new Map();

export interface Canned {
  /** What is offered; nothing while no `/` was typed. */
  offered: [id: string, CannedAnswer][] | undefined;
  active: number;
  /** Why a canned answer is no Liquid. */
  problem: string | undefined;
  look(text: string, caret: number): void;
  /** Whether the key chose among what is offered. */
  press(event: KeyboardEvent): boolean;
  choose(answer: CannedAnswer): void;
  close(): void;
}

export function useCanned(
  userId: string,
  input: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
): Canned {
  const { dashboard, displayName } = useSession();
  const [asked, setAsked] = useState<ReturnType<typeof askedFor>>();
  const [active, setActive] = useState(0);
  const [problem, setProblem] = useState<string>();
  const answers = useLive(() => dashboard.cannedAnswers(), [dashboard]).value ?? NO_ANSWERS;
  const offered = useMemo(() => asked && matching(answers, asked.words).slice(0, MOST_SHOWN), [answers, asked]);

  async function choose({ body }: CannedAnswer): Promise<void> {
    const field = input.current;
    if (!field || !asked) return;
    setAsked(undefined);
    try {
      const context = await contextOf();
      const filled = await fillIn(body, context);
      const before = field.value.slice(0, asked.start);
      const after = field.value.slice(asked.start + asked.words.length + 1);
      setText(`${before}${filled}${after}`);
      const caret = before.length + filled.length;
      requestAnimationFrame(() => {
        field.focus();
        field.setSelectionRange(caret, caret);
      });
    } catch (failure) {
      setProblem((failure as Error).message);
    }
  }

  /** Read the person and the service once, since a canned answer is chosen by hand. */
  async function contextOf(): Promise<Context> {
    const person = dashboard.person(userId);
    const service = dashboard.details();
    try {
      const [user, details] = await Promise.all([person.first(), service.first()]);
      return { user: user ?? {}, service: { name: details?.name ?? '' }, staff: { displayName } };
    } finally {
      person.close();
      service.close();
    }
  }

  function press(event: KeyboardEvent): boolean {
    if (!offered || offered.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = offered[active]?.[1];
    if (step !== undefined) setActive((active + step + offered.length) % offered.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) void choose(chosen);
    else if (event.key === 'Escape') setAsked(undefined);
    else return false;
    event.preventDefault();
    return true;
  }

  return {
    offered,
    active,
    problem,
    look(text, caret) {
      setAsked(askedFor(text, caret));
      setActive(0);
      setProblem(undefined);
    },
    press,
    choose: (answer) => void choose(answer),
    close: () => setAsked(undefined),
  };
}
