import { ActionIcon, Tooltip } from '@mantine/core';
import { Lock, Trash2 } from 'lucide-react';
import type { ListedNote, Notes } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useTimes } from 'parley-screen/times.js';
import { memo } from 'react';
import { useSession } from '../../session/session.js';
import { useStaffName } from '../staff.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';
import { LinkedText } from './LinkedText.js';

/** A note that staff alone can read. */
export const NoteBubble = memo(function NoteBubble({ note, notes }: { note: ListedNote; notes: Notes }) {
  const t = useText();
  const times = useTimes();
  const attempt = useAttempt();
  const { uid } = useSession();
  const staffName = useStaffName();
  return (
    <article className={classes.line} data-ours>
      <header className={classes.sender}>
        <Lock size={11} aria-hidden />
        <span dir="auto">{t('note.by', { name: staffName(note.staffId) })}</span>
      </header>
      <div className={classes.beside}>
        <div className={classes.note}>
          <LinkedText text={note.body} />
          <footer className={classes.foot}>
            {note.editedAt && <span>{t('thread.edited')}</span>}
            {note.createdAt && <time title={times.full(note.createdAt)}>{times.short(note.createdAt)}</time>}
          </footer>
        </div>
        {note.staffId === uid && (
          <Tooltip label={t('note.remove')}>
            <ActionIcon
              className={classes.more ?? ''}
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t('note.remove')}
              onClick={() => attempt(() => notes.remove(note.noteId))}
            >
              <Trash2 size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </article>
  );
});
