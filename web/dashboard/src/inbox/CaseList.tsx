import { Badge, Button, Group, SegmentedControl, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ChatList, ChatsShown, DocumentList, ListedCase, ListShown, Live, Timestamp } from 'parley-client';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.js';
import classes from './inbox.module.css';
import { usePersonName } from './names.js';

type View = 'open' | 'snoozed' | 'closed';
const VIEWS: { value: View; label: string }[] = [
  { value: 'open', label: 'Open' },
  { value: 'snoozed', label: 'Snoozed' },
  { value: 'closed', label: 'Closed' },
];
const ROW_HEIGHT = 64;

interface Row {
  chatId: string;
  preview: string;
  unread: number;
  at: Timestamp | undefined;
}

interface Rows {
  rows: Row[];
  hasMore: boolean;
}

export function CaseList({ chosen }: { chosen: string | undefined }) {
  const [view, setView] = useState<View>('open');
  return (
    <>
      <SegmentedControl m="xs" data={VIEWS} value={view} onChange={(value) => setView(value as View)} />
      <Cases key={view} view={view} chosen={chosen} />
    </>
  );
}

function Cases({ view, chosen }: { view: View; chosen: string | undefined }) {
  const { shown, error, more } = useCases(view);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = shown?.rows ?? [];
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.chatId ?? index,
    overscan: 6,
  });

  if (error) return <Failure error={error} />;
  if (!shown) return <Loading />;
  if (rows.length === 0) return <Empty>{view === 'open' ? 'No open cases. Well done.' : 'Nothing here.'}</Empty>;
  return (
    <div ref={scroller} className={classes.scroll}>
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <div
                key={item.key}
                className={classes.row}
                style={{ height: ROW_HEIGHT, transform: `translateY(${item.start}px)` }}
              >
                <CaseRow row={row} isChosen={row.chatId === chosen} />
              </div>
            )
          );
        })}
      </div>
      {shown.hasMore && (
        <Button fullWidth variant="subtle" onClick={more}>
          Show more
        </Button>
      )}
    </div>
  );
}

function CaseRow({ row, isChosen }: { row: Row; isChosen: boolean }) {
  const name = usePersonName(row.chatId);
  const times = useTimes();
  return (
    <UnstyledButton
      h="100%"
      w="100%"
      px="sm"
      bg={isChosen ? 'var(--mantine-primary-color-light)' : ''}
      renderRoot={(props) => <Link to="/inbox/$chatId" params={{ chatId: row.chatId }} {...props} />}
      aria-current={isChosen ? 'true' : undefined}
    >
      <Group justify="space-between" wrap="nowrap">
        <Text fw={row.unread > 0 ? 700 : 500} truncate>
          {name}
        </Text>
        {row.at && (
          <Text size="xs" c="dimmed">
            {times.short(row.at)}
          </Text>
        )}
      </Group>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed" truncate>
          {row.preview}
        </Text>
        {row.unread > 0 && <Badge aria-label={`${row.unread} unread`}>{row.unread}</Badge>}
      </Group>
    </UnstyledButton>
  );
}

/** The cases of a view: the dashboard's own rows while they are open, the chats themselves otherwise. */
function useCases(view: View) {
  const { dashboard } = useSession();
  const [shown, setShown] = useState<Rows>();
  const [error, setError] = useState<Parameters<typeof Failure>[0]['error']>();
  const more = useRef<() => void>(() => undefined);

  useEffect(() => {
    function show<T>(list: Live<T> & { more(): Promise<void> }, rowsOf: (value: T) => Rows): () => void {
      more.current = () => void list.more();
      list.subscribe((value) => setShown(rowsOf(value)), setError);
      return () => list.close();
    }
    if (view === 'open') return show<ChatsShown>(dashboard.openCases() satisfies ChatList, openRows);
    return show<ListShown<ListedCase>>(dashboard.cases(view) satisfies DocumentList<ListedCase>, closedRows);
  }, [dashboard, view]);

  return { shown, error, more: () => more.current() };
}

function openRows({ chats, hasMore }: ChatsShown): Rows {
  const rows = chats.map(({ chatId, lastMessage, unread, markedUnread, updatedAt }) => ({
    chatId,
    preview: lastMessage?.preview ?? '',
    unread: Math.max(unread, markedUnread ? 1 : 0),
    at: lastMessage?.createdAt ?? updatedAt,
  }));
  return { rows, hasMore };
}

function closedRows({ items, hasMore }: ListShown<ListedCase>): Rows {
  const rows = items.map(({ chatId, lastMessage, createdAt }) => ({
    chatId,
    preview: lastMessage?.preview ?? '',
    unread: 0,
    at: lastMessage?.createdAt ?? createdAt,
  }));
  return { rows, hasMore };
}
