import { ActionIcon, FileButton, Textarea } from '@mantine/core';
import { Paperclip, SendHorizontal } from 'lucide-react';
import { LIMITS } from 'parley-client';
import { FilesToSend } from 'parley-screen/FilesToSend.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useFileDrop } from 'parley-screen/fileDrop.js';
import { hasTouchKeyboard } from 'parley-screen/pointer.js';
import { useUploads } from 'parley-screen/uploads.js';
import { type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { type Intent, useOpenChat } from '../chat/open.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { About } from './About.js';
import classes from './Composer.module.css';
import { MentionList, useMentions } from './MentionList.js';

/** What was begun in each chat, until the page is closed. */
const drafts = new Map<string, string>();

export const Composer = memo(function Composer({ intent }: { intent: Intent }) {
  const t = useText();
  const attempt = useAttempt();
  const { backend, uid } = useSession();
  const { chat, chatId, setIntent } = useOpenChat();
  const isEdit = intent.kind === 'edit';
  const [text, setText] = useState(isEdit ? (intent.message.body ?? '') : (drafts.get(chatId) ?? ''));
  const field = useRef<HTMLTextAreaElement>(null);
  const uploads = useUploads(backend, chatId, uid);
  const isDropping = useFileDrop(uploads.add, !isEdit);
  const mentions = useMentions(text, field, (completed, cursor) => {
    write(completed);
    requestAnimationFrame(() => field.current?.setSelectionRange(cursor, cursor));
  });

  useEffect(() => {
    if (intent.kind !== 'new') field.current?.focus();
  }, [intent]);

  function write(changed: string): void {
    setText(changed);
    if (!isEdit) drafts.set(chatId, changed);
    if (changed) chat.typing.keystroke();
    else chat.typing.stop();
  }

  const body = text.trim();
  const surplus = body.length - LIMITS.CHAT_BODY;
  const canSend = surplus <= 0 && uploads.areReady && (body !== '' || (uploads.files.length > 0 && !isEdit));

  function send(): void {
    if (!canSend) return;
    if (intent.kind === 'edit') {
      const { id } = intent.message;
      setIntent({ kind: 'new' });
      void attempt(() => chat.posting.edit(id, body));
      return;
    }
    const attachments = uploads.take();
    const mentioned = mentions.chosenIn(body);
    // A refusal is shown with the message, which stays on the screen.
    void attempt(async () => {
      const { sent } = chat.posting.send({
        ...(body && { body }),
        ...(attachments.length > 0 && { attachments }),
        ...(mentioned.length > 0 && { mentions: mentioned }),
        ...(intent.kind === 'reply' && { replyTo: intent.message.id }),
      });
      sent.catch(() => undefined);
    });
    setText('');
    drafts.delete(chatId);
    if (intent.kind === 'reply') setIntent({ kind: 'new' });
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (mentions.onKeyDown(event) || event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') setIntent({ kind: 'new' });
    if (event.key !== 'Enter' || event.shiftKey || hasTouchKeyboard()) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className={classes.composer}
      data-dropping={isDropping || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <About intent={intent} onStop={() => setIntent({ kind: 'new' })} />
      <FilesToSend uploads={uploads} />
      <MentionList mentions={mentions} />
      <div className={classes.line}>
        {!isEdit && (
          <FileButton multiple onChange={uploads.add}>
            {(props) => (
              <ActionIcon {...props} variant="subtle" color="gray" size="xl" aria-label={t('compose.attach')}>
                <Paperclip size={20} aria-hidden />
              </ActionIcon>
            )}
          </FileButton>
        )}
        <Textarea
          ref={field}
          className={classes.field ?? ''}
          aria-label={t('compose.message')}
          placeholder={t('compose.message')}
          autosize
          minRows={1}
          maxRows={6}
          error={surplus > 0 && t('compose.tooLong', { count: surplus })}
          value={text}
          dir="auto"
          onChange={(event) => write(event.currentTarget.value)}
          onSelect={mentions.onSelect}
          onKeyDown={onKeyDown}
          onPaste={(event) => !isEdit && uploads.add(event.clipboardData.files)}
        />
        <ActionIcon type="submit" size="xl" radius="xl" disabled={!canSend} aria-label={t('compose.send')}>
          <SendHorizontal size={20} className={classes.arrow} aria-hidden />
        </ActionIcon>
      </div>
    </form>
  );
});
