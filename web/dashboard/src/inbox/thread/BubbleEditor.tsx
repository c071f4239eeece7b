import { Button, Group, Textarea } from '@mantine/core';
import { LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useText as useSharedText } from 'parley-screen/texts.js';
import { type KeyboardEvent, useState } from 'react';

interface Props {
  /** What is edited, for those who hear the page. */
  label: string;
  body: string;
  save(body: string): Promise<unknown>;
  onDone(): void;
}

/** Change an answer, or a note, that was sent. */
export function BubbleEditor({ label, body, save, onDone }: Props) {
  const shared = useSharedText();
  const attempt = useAttempt();
  const [text, setText] = useState(body);
  const [isBusy, setIsBusy] = useState(false);

  async function finish(): Promise<void> {
    if (text.trim() === '' || isBusy) return;
    setIsBusy(true);
    const isDone = text === body || (await attempt(() => save(text)));
    setIsBusy(false);
    if (isDone) onDone();
  }

  function press(event: KeyboardEvent): void {
    if (event.key === 'Escape') onDone();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void finish();
    else return;
    event.stopPropagation();
  }

  return (
    <>
      <Textarea
        aria-label={label}
        autosize
        autoFocus
        minRows={1}
        maxRows={10}
        maxLength={LIMITS.CHAT_BODY}
        w={420}
        maw="100%"
        dir="auto"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={press}
      />
      <Group gap={6} mt={6} justify="flex-end">
        <Button size="compact-xs" variant="default" onClick={onDone}>
          {shared('screen.cancel')}
        </Button>
        <Button size="compact-xs" loading={isBusy} disabled={text.trim() === ''} onClick={finish}>
          {shared('screen.save')}
        </Button>
      </Group>
    </>
  );
}
