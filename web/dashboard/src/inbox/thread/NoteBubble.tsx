import { Menu } from '@mantine/core';
import { Copy, Lock, Pencil, Trash2 } from 'lucide-react';
import type { ListedNote, Notes } from 'parley-client';
import { ConfirmItem } from 'parley-screen/ConfirmItem.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useTimes } from 'parley-screen/times.js';
import { memo, useState } from 'react';
import { lineOf } from '../../commands/useLines.js';
import { isAgent, useSession } from '../../session/session.js';
import { mentioned } from '../composer/mentioned.js';
import { useStaff, useStaffName } from '../staff.js';
import { useText } from '../texts.js';
import classes from './Bubble.module.css';
import { BubbleEditor } from './BubbleEditor.js';
import { LinkedText } from './LinkedText.js';
import { MoreButton } from './MoreButton.js';

interface Props {
  note: ListedNote;
  notes: Pick<Notes, 'edit' | 'remove'>;
}

/** A note that staff alone can read; its author edits and removes it. */
export const NoteBubble = memo(function NoteBubble({ note, notes }: Props) {
  const t = useText();
  const times = useTimes();
  const { uid, role } = useSession();
  const staff = useStaff();
  const staffName = useStaffName();
  const [isEditing, setIsEditing] = useState(false);
  const { noteId, staffId, body, createdAt, editedAt } = note;
  return (
    <article {...lineOf(`note:${noteId}`)} className={classes.line} data-note={noteId} data-ours>
      <header className={classes.sender}>
        <Lock size={11} aria-hidden />
        <span dir="auto">{t('note.by', { name: staffName(staffId) })}</span>
      </header>
      <div className={classes.beside}>
        <div className={classes.note}>
          {isEditing ? (
            <BubbleEditor
              label={t('note.edit')}
              body={body}
              save={(text) => notes.edit(noteId, text, mentioned(text, staff))}
              onDone={() => setIsEditing(false)}
            />
          ) : (
            <LinkedText text={body} />
          )}
          <footer className={classes.foot}>
            {editedAt && <span>{t('thread.edited')}</span>}
            {createdAt && <time title={times.full(createdAt)}>{times.short(createdAt)}</time>}
          </footer>
        </div>
        {isAgent(role) && !isEditing && (
          <NoteMenu note={note} notes={notes} isOwn={staffId === uid} onEdit={() => setIsEditing(true)} />
        )}
      </div>
    </article>
  );
});

interface MenuProps {
  note: ListedNote;
  notes: Pick<Notes, 'remove'>;
  isOwn: boolean;
  onEdit(): void;
}

function NoteMenu({ note: { noteId, body }, notes, isOwn, onEdit }: MenuProps) {
  const t = useText();
  const attempt = useAttempt();
  return (
    <Menu position="bottom" withinPortal>
      <MoreButton label={t('note.more')} />
      <Menu.Dropdown>
        <Menu.Item leftSection={<Copy size={14} />} onClick={() => attempt(() => navigator.clipboard.writeText(body))}>
          {t('thread.copy')}
        </Menu.Item>
        {isOwn && (
          <Menu.Item leftSection={<Pencil size={14} />} onClick={onEdit}>
            {t('note.edit')}
          </Menu.Item>
        )}
        {isOwn && (
          <ConfirmItem
            icon={<Trash2 size={14} />}
            sure={t('note.removeSure')}
            onConfirm={() => attempt(() => notes.remove(noteId))}
          >
            {t('note.remove')}
          </ConfirmItem>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
