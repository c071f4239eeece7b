import { Group, Text } from '@mantine/core';
import type { ChatSession, MessagesShown, ReadReceipt, ShownMessage } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useEffect, useState } from 'react';
import { isAgent, useSession } from '../session/session.js';
import { CaseActions } from './CaseActions.js';
import { Composer } from './Composer.js';
import { usePersonName } from './names.js';
import { Thread } from './Thread.js';

const NOBODY: Map<string, ReadReceipt> = new Map();

/** One case: its thread, what can be done with it, and the answer. */
export function CaseView({ chatId }: { chatId: string }) {
  const session = useOpenChat(chatId);
  return session ? <OpenCase session={session} /> : <Loading />;
}

/** The chat while it is on the screen. */
function useOpenChat(chatId: string): ChatSession | undefined {
  const { dashboard } = useSession();
  const [session, setSession] = useState<ChatSession>();
  useEffect(() => {
    const opened = dashboard.chat(chatId);
    setSession(opened);
    return () => opened.close();
  }, [dashboard, chatId]);
  return session;
}

function OpenCase({ session }: { session: ChatSession }) {
  const { role } = useSession();
  const name = usePersonName(session.chatId);
  const { shown, error } = useMessages(session);
  const details = useLive(() => session.details(), [session]);
  const typing = useLive(() => session.whoTypes(), [session]);
  const horizons = useLive(() => session.horizons(), [session]);

  if (error) return <Failure error={error} />;
  return (
    <>
      <Group px="md" py="xs" justify="space-between">
        <Text component="h1" size="lg" fw={600}>
          {name}
        </Text>
        {details.value && isAgent(role) && <CaseActions chatId={session.chatId} details={details.value} />}
      </Group>
      {shown ? (
        <Thread session={session} shown={shown} horizons={horizons.value ?? NOBODY} person={name} />
      ) : (
        <Loading />
      )}
      <Text size="sm" c="dimmed" px="md" h="1.5em" aria-live="polite">
        {(typing.value?.length ?? 0) > 0 && `${name} is typing…`}
      </Text>
      {isAgent(role) ? <Composer session={session} /> : <Text p="md">As a viewer you read along.</Text>}
    </>
  );
}

/** The messages, whose newest is marked as read while the page is in front. */
function useMessages(session: ChatSession): { shown: MessagesShown | undefined; error: typeof session.messages.error } {
  const { role } = useSession();
  const [shown, setShown] = useState(session.messages.value);
  const [error, setError] = useState(session.messages.error);
  useEffect(() => session.messages.subscribe(setShown, setError), [session]);
  useEffect(() => {
    const newest = shown?.hasNewer === false ? newestSent(shown.messages) : undefined;
    if (newest && isAgent(role) && document.visibilityState === 'visible') {
      session.receipts.shown(newest);
    }
  }, [session, shown, role]);
  return { shown, error };
}

function newestSent(messages: readonly ShownMessage[]): ShownMessage | undefined {
  return messages.filter(({ state }) => state === 'sent').at(-1);
}
