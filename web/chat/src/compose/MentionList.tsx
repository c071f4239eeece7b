import { type ChatSession, otherOf } from 'parley-client';
import { begunMention, type Candidate, completed, matching, mentionsIn } from 'parley-screen/mentions.js';
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react';
import { useOpenChat } from '../chat/open.js';
import { useNames } from '../people/names.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import classes from './Composer.module.css';

export interface Mentions {
  shown: Candidate[];
  active: number;
  choose(candidate: Candidate): void;
  onSelect(): void;
  /** Answers whether the key belonged to the list. */
  onKeyDown(event: KeyboardEvent): boolean;
  chosenIn(body: string): string[];
}

export function useMentions(
  text: string,
  field: RefObject<HTMLTextAreaElement | null>,
  complete: (text: string, cursor: number) => void,
): Mentions {
  const { uid } = useSession();
  const { chat, chatId, kind } = useOpenChat();
  const [cursor, setCursor] = useState(0);
  const [active, setActive] = useState(0);
  const [chosen, setChosen] = useState<Candidate[]>([]);
  const [dismissed, setDismissed] = useState<number>();
  const begun = kind === 'group' || kind === 'direct' ? begunMention(text, cursor) : undefined;
  const isAsked = begun !== undefined && begun.at !== dismissed;
  const members = useMemberIds(chat, isAsked && kind === 'group');
  const memberIds = kind === 'direct' ? [otherOf(chatId, uid)] : members;
  const names = useNames(isAsked ? memberIds : []);
  const candidates = memberIds.filter((each) => each !== uid && !each.includes(':'));
  const shown = isAsked
    ? matching(
        candidates.map((each) => ({ uid: each, name: names(each) })),
        begun.begun,
      )
    : [];

  function choose(candidate: Candidate): void {
    if (!begun) return;
    setChosen((before) => [...before, candidate]);
    setActive(0);
    const [changed, place] = completed(text, begun.at, cursor, candidate.name);
    setCursor(place);
    complete(changed, place);
    field.current?.focus();
  }

  return {
    shown,
    active,
    choose,
    onSelect: () => setCursor(field.current?.selectionStart ?? 0),
    onKeyDown(event) {
      if (shown.length === 0) return false;
      const candidate = shown[active];
      if (event.key === 'ArrowDown') setActive((active + 1) % shown.length);
      else if (event.key === 'ArrowUp') setActive((active + shown.length - 1) % shown.length);
      else if (event.key === 'Escape') setDismissed(begun?.at);
      else if ((event.key === 'Enter' || event.key === 'Tab') && candidate) choose(candidate);
      else return false;
      event.preventDefault();
      return true;
    },
    chosenIn: (body) => mentionsIn(body, chosen),
  };
}

/** Listed when a mention is begun: a read for each member. */
function useMemberIds(chat: ChatSession, isWanted: boolean): string[] {
  const [memberIds, setMemberIds] = useState<string[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    const members = chat.members();
    members.subscribe(({ items }) => setMemberIds(items.map(({ memberId }) => memberId)));
    return () => members.close();
  }, [chat, isWanted]);
  return memberIds;
}

export function MentionList({ mentions: { shown, active, choose } }: { mentions: Mentions }) {
  const t = useText();
  if (shown.length === 0) return null;
  return (
    <div className={classes.candidates} role="listbox" aria-label={t('compose.mention')}>
      {shown.map((candidate, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the composer, where the focus stays, takes the keys.
        <div
          key={candidate.uid}
          role="option"
          aria-selected={index === active}
          tabIndex={-1}
          className={classes.candidate}
          onClick={() => choose(candidate)}
        >
          {candidate.name}
        </div>
      ))}
    </div>
  );
}
