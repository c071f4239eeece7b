import { ActionIcon, NavLink, Text, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  AlarmClock,
  CircleCheck,
  CircleDot,
  Inbox,
  Layers,
  MessageCircleQuestion,
  Star,
  Trash2,
  UserRound,
  UserRoundX,
} from 'lucide-react';
import type { SavedView } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { memo } from 'react';
import { isAdmin, useSession } from '../../session/session.js';
import { VIEWS, type View } from '../search.js';
import { useText } from '../texts.js';
import { type Asked, searchFor } from './asked.js';
import type { Counts } from './useCounts.js';
import classes from './ViewList.module.css';

const ICONS: Record<View, typeof Inbox> = {
  mine: UserRound,
  unassigned: UserRoundX,
  unread: CircleDot,
  unanswered: MessageCircleQuestion,
  open: Inbox,
  snoozed: AlarmClock,
  closed: CircleCheck,
  all: Layers,
};

interface Props {
  asked: Asked;
  saved: string | undefined;
  counts: Counts;
  savedViews: ReadonlyMap<string, SavedView>;
}

/** The fixed views with their counts, and those that were saved. */
export const ViewList = memo(function ViewList({ asked, saved, counts, savedViews }: Props) {
  const t = useText();
  return (
    <nav className={classes.views} aria-label={t('views.title')}>
      {VIEWS.map((view) => {
        const Icon = ICONS[view];
        const isActive = saved === undefined && asked.view === view;
        return (
          <NavLink
            key={view}
            className={classes.view ?? ''}
            active={isActive}
            aria-current={isActive ? 'page' : undefined}
            label={t(`views.${view}`)}
            leftSection={<Icon size={17} aria-hidden />}
            rightSection={<Count value={counts[view]} />}
            renderRoot={(props) => <Link to="/inbox" search={(search) => searchFor(view, search)} {...props} />}
          />
        );
      })}
      {savedViews.size > 0 && (
        <Text component="h2" className={classes.heading ?? ''}>
          {t('views.saved')}
        </Text>
      )}
      {[...savedViews].map(([id, view]) => (
        <SavedLine key={id} id={id} view={view} isActive={saved === id} />
      ))}
    </nav>
  );
});

function Count({ value }: { value: number | undefined }) {
  const t = useText();
  if (value === undefined) return null;
  return <span className={classes.count}>{t('views.count', { count: value })}</span>;
}

function SavedLine({ id, view, isActive }: { id: string; view: SavedView; isActive: boolean }) {
  const t = useText();
  const { dashboard, uid, role } = useSession();
  const attempt = useAttempt();
  const isOwn = view.createdBy === uid || isAdmin(role);

  async function remove(): Promise<void> {
    const views = dashboard.savedViews();
    await attempt(() => views.remove(id));
    views.close();
  }

  return (
    <div className={classes.saved}>
      <NavLink
        className={classes.view ?? ''}
        active={isActive}
        aria-current={isActive ? 'page' : undefined}
        label={view.name}
        leftSection={<Star size={17} aria-hidden />}
        renderRoot={(props) => <Link to="/inbox" search={{ saved: id }} {...props} />}
      />
      {isOwn && (
        <Tooltip label={t('views.remove')}>
          <ActionIcon
            className={classes.remove ?? ''}
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('views.removeOf', { name: view.name })}
            onClick={remove}
          >
            <Trash2 size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
