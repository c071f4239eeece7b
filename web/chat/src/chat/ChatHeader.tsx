import { ActionIcon, Text } from '@mantine/core';
import { Info, Search } from 'lucide-react';
import { otherOf } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { useTimes } from 'parley-screen/times.js';
import { lazy, memo, Suspense, useState } from 'react';
import { PageHeader } from '../pages/PageHeader.js';
import { useChatTitle } from '../people/names.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import classes from './ChatHeader.module.css';
import { useOpenChat } from './open.js';

const DetailsDrawer = lazy(() => import('../people/DetailsDrawer.js'));

export const ChatHeader = memo(function ChatHeader({ onSearch }: { onSearch: () => void }) {
  const t = useText();
  const { chat, chatId, kind } = useOpenChat();
  const [isShown, setIsShown] = useState(false);
  const { value: details } = useLive(() => chat.details(), [chat]);
  const title = useChatTitle({ chatId, kind, ...(details?.title !== undefined && { title: details.title }) });
  return (
    <>
      <PageHeader
        title={
          <>
            <Text span display="block" inherit truncate dir="auto" className={classes.title ?? ''}>
              {title}
            </Text>
            <Text span display="block" size="xs" c="dimmed" fw={400} truncate>
              {kind === 'direct' ? (
                <LastSeen chatId={chatId} />
              ) : kind === 'group' && details?.memberCount ? (
                t('details.members', { count: details.memberCount })
              ) : (
                t(`kind.${kind}`)
              )}
            </Text>
          </>
        }
      >
        <ActionIcon variant="subtle" size="lg" aria-label={t('search.open')} onClick={onSearch}>
          <Search size={20} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          size="lg"
          aria-label={t('details.open', { name: title })}
          onClick={() => setIsShown(true)}
        >
          <Info size={20} aria-hidden />
        </ActionIcon>
      </PageHeader>
      <Suspense>
        {isShown && <DetailsDrawer title={title} details={details ?? null} onClose={() => setIsShown(false)} />}
      </Suspense>
    </>
  );
});

function LastSeen({ chatId }: { chatId: string }) {
  const t = useText();
  const times = useTimes();
  const { parley, uid } = useSession();
  const { value } = useLive(() => parley.people.watch(otherOf(chatId, uid)), [parley, chatId, uid]);
  if (!value?.lastSeenAt) return t('kind.direct');
  return t('details.lastSeen', { when: times.ago(value.lastSeenAt) });
}
