import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Inbox } from 'lucide-react';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useEffect, useRef } from 'react';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { isAgent, useSession } from '../../session/session.js';
import { INBOX_COMMANDS } from '../commandList.js';
import { useText } from '../texts.js';
import type { Asked } from '../views/asked.js';
import { CaseLine, PendingLine } from './CaseLine.js';
import classes from './CaseList.module.css';
import type { Selection } from './selection.js';
import type { CasesShown } from './useCases.js';

const ROW_HEIGHT = 72;
/** Lines that stand for what is on its way. */
const PENDING = 3;

interface Props {
  asked: Asked;
  cases: CasesShown;
  chosen: string | undefined;
  selection: Selection;
}

/** The cases of a view, of which the browser draws those on the screen. */
export function CaseList({ asked, cases, chosen, selection }: Props) {
  const t = useText();
  const times = useTimes();
  const { role } = useSession();
  const { rows = [], hasMore, look } = cases;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length + (hasMore ? PENDING : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.chatId ?? index,
    overscan: 4,
  });
  const lines = virtualizer.getVirtualItems();
  const first = lines[0]?.index ?? 0;
  const last = lines.at(-1)?.index ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was listed since may want to be looked at anew.
  useEffect(() => look(first, last), [look, first, last, rows]);
  useSteps(rows, chosen, (index) => virtualizer.scrollToIndex(index));
  useSelecting(selection, chosen);

  if (cases.error) return <Failure error={cases.error} onRetry={cases.retry} />;
  if (!cases.rows) return <Loading />;
  if (rows.length === 0 && !hasMore) {
    return (
      <Empty icon={<Inbox size={28} aria-hidden />}>
        {t(asked.where ? 'list.noneFound' : `list.empty.${asked.view}`)}
      </Empty>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by the keyboard.
    <section ref={scroller} className={classes.scroll} tabIndex={0} aria-label={t('list.title')}>
      <ul className={classes.lines} style={{ height: virtualizer.getTotalSize() }}>
        {lines.map(({ key, index, start }) => {
          const row = rows[index];
          return (
            <li key={key} className={classes.line} style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}>
              {row ? (
                <CaseLine
                  row={row}
                  time={row.at && times.short(row.at)}
                  until={row.snoozedUntil && times.exact(row.snoozedUntil)}
                  isChosen={row.chatId === chosen}
                  isSelected={selection.has(row.chatId)}
                  onSelect={isAgent(role) ? selection.toggle : undefined}
                />
              ) : (
                <PendingLine />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Go to the next and the previous case by a key. */
function useSteps(
  rows: readonly { chatId: string }[],
  chosen: string | undefined,
  show: (index: number) => void,
): void {
  const navigate = useNavigate();

  function step(by: 1 | -1): void {
    const index = rows.findIndex(({ chatId }) => chatId === chosen);
    const next = index < 0 ? 0 : index + by;
    const row = rows[next];
    if (!row) return;
    show(next);
    void navigate({ to: '/inbox/$chatId', params: { chatId: row.chatId }, search: (search) => search });
  }

  usePageCommands(INBOX_COMMANDS, {
    'inbox.next': { run: () => step(1) },
    'inbox.previous': { run: () => step(-1) },
  });
}

function useSelecting(selection: Selection, chosen: string | undefined): void {
  const { role } = useSession();
  usePageCommands(INBOX_COMMANDS, {
    'inbox.select': {
      run: () => chosen !== undefined && selection.toggle(chosen),
      isShown: chosen !== undefined && isAgent(role),
    },
    'inbox.selectNone': { run: selection.clear, isShown: !selection.isEmpty },
  });
}
