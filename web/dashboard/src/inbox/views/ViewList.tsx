import { ActionIcon, NavLink, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  AlarmClock,
  CircleCheck,
  CircleDot,
  Inbox,
  Layers,
  MessageCircleQuestion,
  MessageSquareText,
  Pencil,
  Star,
  UserRound,
  UserRoundX,
} from 'lucide-react';
import type { SavedView } from 'parley-client';
import { memo } from 'react';
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
  /** Show what can be changed of a saved view. */
  onEdit(id: string): void;
}

/** The fixed views with their counts, and those that were saved. */
export const ViewList = memo(function ViewList({ asked, saved, counts, savedViews, onEdit }: Props) {
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
      <NavLink
        className={classes.view ?? ''}
        label={t('views.sms')}
        leftSection={<MessageSquareText size={17} aria-hidden />}
        renderRoot={(props) => <Link to="/sms" {...props} />}
      />
      {savedViews.size > 0 && (
        <Text component="h2" className={classes.heading ?? ''}>
          {t('views.saved')}
        </Text>
      )}
      {[...savedViews].map(([id, view]) => (
        <SavedLine key={id} id={id} view={view} isActive={saved === id} onEdit={onEdit} />
      ))}
    </nav>
  );
});

function Count({ value }: { value: number | undefined }) {
  const t = useText();
  if (value === undefined) return null;
  return <span className={classes.count}>{t('views.count', { count: value })}</span>;
}

interface SavedLineProps {
  id: string;
  view: SavedView;
  isActive: boolean;
  onEdit(id: string): void;
}

function SavedLine({ id, view, isActive, onEdit }: SavedLineProps) {
  const t = useText();
  const edit = t('views.editOf', { name: view.name });
  return (
    <div className={classes.saved}>
      <NavLink
        className={classes.view ?? ''}
        active={isActive}
        aria-current={isActive ? 'page' : undefined}
        label={view.name}
        title={view.name}
        leftSection={<Star size={17} aria-hidden />}
        renderRoot={(props) => <Link to="/inbox" search={{ saved: id }} {...props} />}
      />
      <ActionIcon
        className={classes.edit ?? ''}
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={edit}
        title={edit}
        onClick={() => onEdit(id)}
      >
        <Pencil size={14} />
      </ActionIcon>
    </div>
  );
}
