import { Alert, Button, Group, SegmentedControl, Textarea, Tooltip } from '@mantine/core';
import { Lock, SendHorizontal } from 'lucide-react';
import { LIMITS } from 'parley-client';
import { useKeyOf } from 'parley-screen/commands/commands.js';
import { KeyCaps } from 'parley-screen/commands/KeyCaps.js';
import { FilesToSend } from 'parley-screen/FilesToSend.js';
import { useFileDrop } from 'parley-screen/fileDrop.js';
import { hasTouchKeyboard } from 'parley-screen/pointer.js';
import { useUploads } from 'parley-screen/uploads.js';
import {
  type ChangeEvent,
  type KeyboardEvent,
  memo,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { useSession } from '../../session/session.js';
import type { OpenCase } from '../case/openCase.js';
import { COMPOSER_COMMANDS } from '../commandList.js';
import { useText } from '../texts.js';
import { AttachButton } from './AttachButton.js';
import { CannedMenu } from './CannedMenu.js';
import classes from './Composer.module.css';
import { gapsOf } from './canned.js';
import { MentionMenu } from './MentionMenu.js';
import { Quoted } from './Quoted.js';
import { type Mode, useAnswer } from './useAnswer.js';
import { useCanned } from './useCanned.js';
import { useMention } from './useMention.js';

interface Props {
  opened: OpenCase;
  userId: string;
  name: string;
}

/** Answer the person, or write a note that staff alone can read. */
export const Composer = memo(function Composer({ opened, userId, name }: Props) {
  const t = useText();
  const input = useRef<HTMLTextAreaElement>(null);
  const attach = useRef<HTMLButtonElement>(null);
  const [mode, setMode] = useState<Mode>('reply');
  const { backend, uid } = useSession();
  const files = useUploads(backend, opened.session.chatId, uid);
  const showReply = useCallback(() => setMode('reply'), []);
  const answer = useAnswer(opened, mode, files, showReply);
  const canned = useCanned(userId, input, answer.setText);
  const sendKey = useKeyOf('composer.send');
  const { text, isReady } = answer;
  const gaps = gapsOf(text);
  const surplus = text.length - LIMITS.CHAT_BODY;
  const { quoting } = opened;
  const quoted = useSyncExternalStore(quoting.subscribe, quoting.snapshot);
  useEffect(() => {
    if (!quoted) return;
    setMode('reply');
    input.current?.focus();
  }, [quoted]);
  const isNote = mode === 'note';
  const mention = useMention(isNote, input, answer.setText);
  const isDropping = useFileDrop(files.add, !isNote);
  const isSendable =
    isReady &&
    gaps.length === 0 &&
    surplus <= 0 &&
    (isNote ? text.trim() !== '' : files.areReady && (text.trim() !== '' || files.files.length > 0));

  const send = (): void => {
    if (isSendable) answer.send();
    input.current?.focus();
  };
  /** Type the `/` for the person. */
  function offer(): void {
    const asked = text === '' || /\s$/.test(text) ? `${text}/` : `${text} /`;
    input.current?.focus();
    answer.setText(asked);
    canned.look(asked, asked.length);
  }

  function write(next: Mode): void {
    setMode(next);
    input.current?.focus();
  }

  const isHeld = (): boolean => opened.answers.outbox.snapshot().length > 0;
  usePageCommands(COMPOSER_COMMANDS, {
    'composer.reply': { run: () => write('reply') },
    'composer.note': { run: () => write('note') },
    'composer.send': { run: send },
    'composer.canned': { run: offer },
    'composer.attach': { run: () => attach.current?.click(), isShown: () => attach.current !== null },
    'composer.stopReply': { run: quoting.stop, isShown: quoted !== undefined && !isNote },
    'composer.sendNow': { run: () => opened.answers.outbox.flush(), isShown: isHeld },
    'composer.undo': { run: () => opened.answers.outbox.takeBackLast(), isShown: isHeld },
  });

  function change(event: ChangeEvent<HTMLTextAreaElement>): void {
    const { value, selectionStart } = event.currentTarget;
    answer.setText(value);
    canned.look(value, selectionStart);
    mention.look(value, selectionStart);
  }

  function press(event: KeyboardEvent): void {
    if (canned.press(event) || mention.press(event)) return;
    if (event.key === 'Escape' && quoted && !isNote) {
      quoting.stop();
      return;
    }
    if (event.key === 'Escape') input.current?.blur();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || hasTouchKeyboard()) return;
    event.preventDefault();
    send();
  }

  return (
    <div className={classes.composer} data-note={isNote || undefined} data-dropping={isDropping || undefined}>
      <CannedMenu canned={canned} />
      <MentionMenu mention={mention} />
      {gaps.length > 0 && (
        <Alert color="orange" py={6} mb={6} role="alert">
          {t('composer.missing', { names: gaps.join(', '), name })}
        </Alert>
      )}
      {surplus > 0 && (
        <Alert color="orange" py={6} mb={6} role="alert">
          {t('composer.tooLong', { count: surplus })}
        </Alert>
      )}
      {canned.problem !== undefined && (
        <Alert color="red" py={6} mb={6} role="alert">
          {t('composer.broken', { why: canned.problem })}
        </Alert>
      )}
      {quoted && !isNote && <Quoted message={quoted} person={{ userId, name }} onStop={quoting.stop} />}
      <Textarea
        ref={input}
        aria-label={t(isNote ? 'composer.note' : 'composer.reply')}
        placeholder={t(isNote ? 'composer.notePlaceholder' : 'composer.placeholder')}
        autosize
        minRows={2}
        maxRows={10}
        variant="unstyled"
        dir="auto"
        classNames={{ input: classes.input ?? '' }}
        disabled={!isReady}
        value={text}
        onChange={change}
        onKeyDown={press}
        onBlur={() => {
          canned.close();
          mention.close();
        }}
        onPaste={(event) => !isNote && files.add(event.clipboardData.files)}
      />
      {!isNote && <FilesToSend uploads={files} />}
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Group gap={6} wrap="nowrap">
          <SegmentedControl
            size="xs"
            value={mode}
            onChange={(value) => setMode(value as Mode)}
            data={[
              { value: 'reply', label: t('composer.reply') },
              { value: 'note', label: t('composer.note') },
            ]}
          />
          {!isNote && <AttachButton files={files} button={attach} />}
        </Group>
        <Tooltip label={<KeyCaps value={sendKey} />} disabled={sendKey === undefined}>
          <Button
            size="compact-md"
            fz="sm"
            color={isNote ? 'yellow.8' : 'parley'}
            disabled={!isSendable}
            leftSection={isNote ? <Lock size={14} /> : <SendHorizontal size={15} className={classes.arrow} />}
            onClick={send}
          >
            {t(isNote ? 'composer.saveNote' : 'composer.send')}
          </Button>
        </Tooltip>
      </Group>
    </div>
  );
});
