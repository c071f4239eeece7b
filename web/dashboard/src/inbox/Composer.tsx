import { Button, Group, Textarea } from '@mantine/core';
import { type ChatSession, LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { type FormEvent, type KeyboardEvent, useState } from 'react';

export function Composer({ session }: { session: ChatSession }) {
  const attempt = useAttempt();
  const [body, setBody] = useState('');
  const isSendable = body.trim() !== '';

  function send(): void {
    if (!isSendable) return;
    void attempt(async () => {
      const { sent } = session.posting.send({ body });
      setBody('');
      // The thread shows why a message was refused, and offers to try again.
      await sent.catch(() => undefined);
    });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    send();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  }

  return (
    <form onSubmit={submit}>
      <Group p="md" pt={0} align="flex-end" wrap="nowrap">
        <Textarea
          aria-label="Answer"
          placeholder="Answer (Enter sends, Shift+Enter begins a line)"
          autosize
          maxRows={8}
          maxLength={LIMITS.CHAT_BODY}
          flex={1}
          value={body}
          onChange={(event) => {
            setBody(event.currentTarget.value);
            session.typing.keystroke();
          }}
          onKeyDown={onKeyDown}
        />
        <Button type="submit" disabled={!isSendable}>
          Send
        </Button>
      </Group>
    </form>
  );
}
