/** What is done by keys with what was said: go through it, react to it, change it. */
import { useAttempt } from 'parley-screen/failures.js';
import { type Lines, useLines } from '../../commands/useLines.js';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { isAgent, useSession } from '../../session/session.js';
import type { OpenCase } from '../case/openCase.js';
import { CASE_COMMANDS } from '../commandList.js';
import type { Person } from '../staff.js';
import { useText } from '../texts.js';
import { EMOJIS, type Emoji } from './emojis.js';
import { isAnswerOf, isSentBy, last, lastRefused } from './timeline.js';
import type { Timeline } from './useTimeline.js';

/** Offer them, and return the lines of the thread. `onEdit` opens the field that changes a message. */
export function useThreadCommands(
  { session, answers, quoting }: OpenCase,
  { entries = [], hasOlder, hasNewer }: Timeline,
  person: Person,
  onEdit: (id: string) => void,
): Lines {
  const t = useText();
  const attempt = useAttempt();
  const { role, uid } = useSession();
  const lines = useLines();
  const mayChange = isAgent(role);
  const asked = mayChange ? last(entries, isSentBy(person.userId)) : undefined;
  const own = mayChange ? last(entries, isAnswerOf(uid, person.userId)) : undefined;
  const refused = lastRefused(entries);
  const react = (emoji: Emoji) => ({
    run: () => asked && attempt(() => session.posting.react(asked.id, EMOJIS[emoji])),
    isShown: asked !== undefined,
  });

  usePageCommands(CASE_COMMANDS, {
    'thread.older': { run: () => attempt(() => session.messages.older()), isShown: hasOlder },
    'thread.newest': { run: () => attempt(() => session.messages.newest()), isShown: hasNewer },
    'thread.nextMessage': { run: () => lines.step(1), isShown: lines.hasAny },
    'thread.previousMessage': { run: () => lines.step(-1), isShown: lines.hasAny },
    'thread.menu': lines.act('menu', 'last'),
    'thread.reply': {
      run: () => asked && quoting.quote(asked),
      isShown: asked !== undefined,
      text: t('thread.replyToLast', { name: person.name }),
    },
    'thread.edit': { run: () => own && onEdit(own.id), isShown: own !== undefined },
    'thread.react.thumbsUp': react('thumbsUp'),
    'thread.react.heart': react('heart'),
    'thread.react.thanks': react('thanks'),
    'thread.react.party': react('party'),
    'thread.react.smile': react('smile'),
    'thread.react.eyes': react('eyes'),
    'thread.takeBack': lines.act('takeBack', 'last'),
    'thread.retry': { run: () => refused && answers.retry(refused.id), isShown: refused !== undefined },
    'thread.discard': { run: () => refused && answers.discard(refused.id), isShown: refused !== undefined },
    'thread.retrySms': lines.act('retrySms', 'last'),
  });
  return lines;
}
