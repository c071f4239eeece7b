/** The colleagues that `@` offers while one writes a note. */
import { begunMention, type Candidate, completed, matching } from 'parley-screen/mentions.js';
import { type KeyboardEvent, type RefObject, useMemo, useState } from 'react';
import { useSession } from '../../session/session.js';
import { useStaff } from '../staff.js';

export interface Mention {
  /** Who is offered; nobody while no `@` was typed. */
  offered: readonly Candidate[];
  active: number;
  look(text: string, caret: number): void;
  /** Whether the key chose among those who are offered. */
  press(event: KeyboardEvent): boolean;
  choose(colleague: Candidate): void;
  close(): void;
}

const NOBODY: readonly Candidate[] = [];

export function useMention(
  isNote: boolean,
  input: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
): Mention {
  const { uid: me } = useSession();
  const staff = useStaff();
  const [asked, setAsked] = useState<ReturnType<typeof begunMention>>();
  const [active, setActive] = useState(0);
  const offered = useMemo(() => {
    if (!isNote || !asked) return NOBODY;
    const others = [...staff].filter(([uid]) => uid !== me);
    return matching(
      others.map(([uid, { displayName }]) => ({ uid, name: displayName })),
      asked.begun,
    );
  }, [isNote, asked, staff, me]);

  function choose({ name }: Candidate): void {
    const field = input.current;
    if (!field || !asked) return;
    const [text, caret] = completed(field.value, asked.at, asked.at + asked.begun.length + 1, name);
    setAsked(undefined);
    setText(text);
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(caret, caret);
    });
  }

  function press(event: KeyboardEvent): boolean {
    const chosen = offered[active];
    if (!chosen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((active + step + offered.length) % offered.length);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(chosen);
    else if (event.key === 'Escape') setAsked(undefined);
    else return false;
    event.preventDefault();
    return true;
  }

  return {
    offered,
    active,
    look(text, caret) {
      setAsked(begunMention(text, caret));
      setActive(0);
    },
    press,
    choose,
    close: () => setAsked(undefined),
  };
}
