import { Button, Group, Textarea } from '@mantine/core';
import { type ChatSession, LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useText as useSharedText } from 'parley-screen/texts.js';
import { type KeyboardEvent, useState } from 'react';
import { useText } from '../texts.js';

interface Props {
  session: ChatSession;
  messageId: string;
  body: string;
  onDone(): void;
}

/** Change an answer that was sent. */
export function BubbleEditor({ session, messageId, body, onDone }: Props) {
  const t = useText();
  const shared = useSharedText();
  const attempt = useAttempt();
  const [text, setText] = useState(body);

  async function save(): Promise<void> {
    if (text.trim() === '') return;
    if (text === body || (await attempt(() => session.posting.edit(messageId, text)))) onDone();
  }

  function press(event: KeyboardEvent): void {
    if (event.key === 'Escape') onDone();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
    else return;
    event.stopPropagation();
  }

  return (
    <>
      <Textarea
        aria-label={t('thread.edit')}
        autosize
        autoFocus
        minRows={1}
        maxRows={10}
        maxLength={LIMITS.CHAT_BODY}
        w={420}
        maw="100%"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={press}
      />
      <Group gap={6} mt={6} justify="flex-end">
        <Button size="compact-xs" variant="default" onClick={onDone}>
          {shared('screen.cancel')}
        </Button>
        <Button size="compact-xs" disabled={text.trim() === ''} onClick={save}>
          {shared('screen.save')}
        </Button>
      </Group>
    </>
  );
}
