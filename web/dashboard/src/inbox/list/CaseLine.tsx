import { Avatar, Checkbox, Skeleton, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { AlarmClock, Check, Reply } from 'lucide-react';
import { memo } from 'react';
import { usePersonName } from '../names.js';
import { useStaffName } from '../staff.js';
import { useText } from '../texts.js';
import classes from './CaseList.module.css';
import type { CaseRow } from './rows.js';

interface Props {
  row: CaseRow;
  /** When something was said last, in words that change with the day. */
  time: string | undefined;
  /** Until when the case is snoozed, if a time ends it. */
  until: string | undefined;
  isChosen: boolean;
  isSelected: boolean;
  /** Without it cases cannot be selected. */
  onSelect: ((chatId: string) => void) | undefined;
}

export const CaseLine = memo(function CaseLine({ row, time, until, isChosen, isSelected, onSelect }: Props) {
  const t = useText();
  const name = usePersonName(row.userId, row.displayName);
  const staffName = useStaffName();

  return (
    <div
      className={classes.row}
      data-chosen={isChosen || undefined}
      data-selected={isSelected || undefined}
      data-unread={row.isUnread || undefined}
    >
      <div className={classes.side}>
        <span className={classes.avatar} data-hides={onSelect !== undefined || undefined} aria-hidden>
          <Avatar name={name} color="initials" size={34} />
        </span>
        {onSelect && (
          <Checkbox
            className={classes.check ?? ''}
            checked={isSelected}
            onChange={() => onSelect(row.chatId)}
            aria-label={t('list.selectOf', { name })}
          />
        )}
      </div>
      <Link
        className={classes.link ?? ''}
        to="/inbox/$chatId"
        params={{ chatId: row.chatId }}
        search={(search) => search}
        aria-current={isChosen ? 'true' : undefined}
      >
        <div className={classes.top}>
          <span className={classes.name} dir="auto">
            {name}
          </span>
          {time && <time className={classes.time}>{time}</time>}
        </div>
        <div className={classes.bottom}>
          <span className={classes.preview} dir="auto">
            {row.isOurs && <Reply size={12} aria-label={t('list.ours')} />}{' '}
            {row.preview || <span className={classes.nothing}>{t('list.nothingSaid')}</span>}
          </span>
          <span className={classes.marks}>
            {row.state === 'snoozed' && (
              <AlarmClock
                size={14}
                aria-label={until === undefined ? t('state.snoozed') : t('case.snoozedUntil', { time: until })}
              />
            )}
            {until !== undefined && (
              <span className={classes.until} aria-hidden>
                {until}
              </span>
            )}
            {row.state === 'closed' && <Check size={14} aria-label={t('state.closed')} />}
            {row.assigneeId !== undefined && <span className={classes.who}>{staffName(row.assigneeId)}</span>}
            {row.isUnread && (
              <>
                <span className={classes.dot} />
                <VisuallyHidden>{t('list.unread')}</VisuallyHidden>
              </>
            )}
          </span>
        </div>
      </Link>
    </div>
  );
});

/** A case that is on its way. */
export function PendingLine() {
  return (
    <div className={classes.pending}>
      <Skeleton circle height={34} />
      <Skeleton height={12} radius="xl" width="70%" />
    </div>
  );
}
