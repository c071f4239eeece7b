import { Button, Card, Group, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ListedChat } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { useChatTitle, useName } from '../people/names.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';

/** An invitation to a group, in the list. It can be read before it is answered. */
export function InviteCard({ chat }: { chat: ListedChat }) {
  const t = useText();
  const title = useChatTitle(chat);
  const name = useName(chat.invitedBy);
  return (
    <Card component="li" withBorder m="xs" p="sm" data-chat={chat.chatId}>
      <Text size="sm" mb="xs" component={Link} to={`/chats/${chat.chatId}`} dir="auto">
        {t('invite.by', { name, title })}
      </Text>
      <InviteAnswer chatId={chat.chatId} />
    </Card>
  );
}

export function InviteAnswer({ chatId }: { chatId: string }) {
  const t = useText();
  const attempt = useAttempt();
  const navigate = useNavigate();
  const { parley } = useSession();
  const [busy, setBusy] = useState<'accept' | 'decline'>();

  async function answer(what: 'accept' | 'decline'): Promise<void> {
    setBusy(what);
    const chat = parley.chat(chatId);
    const isDone = await attempt(() => chat.membership[what]());
    chat.close();
    setBusy(undefined);
    if (isDone) await navigate(what === 'accept' ? { to: '/chats/$chatId', params: { chatId } } : { to: '/' });
  }

  return (
    <Group gap="xs">
      <Button size="xs" loading={busy === 'accept'} onClick={() => answer('accept')}>
        {t('invite.accept')}
      </Button>
      <Button size="xs" variant="default" loading={busy === 'decline'} onClick={() => answer('decline')}>
        {t('invite.decline')}
      </Button>
    </Group>
  );
}
