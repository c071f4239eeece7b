import { Text } from '@mantine/core';
import { otherOf } from 'parley-client';
import { memo } from 'react';
import { type Intent, useOpenChat } from '../chat/open.js';
import { InviteAnswer } from '../list/InviteCard.js';
import { useName } from '../people/names.js';
import { useSession, useShared } from '../session/session.js';
import { useShown } from '../session/shown.js';
import { useText } from '../texts.js';
import { Composer } from './Composer.js';
import classes from './Composer.module.css';

/** Below the thread: the composer, an invitation to answer, or why one cannot write. */
export const Foot = memo(function Foot({ intent }: { intent: Intent }) {
  const t = useText();
  const { chatId, kind, canWrite } = useOpenChat();
  const { list, uid } = useSession();
  const { blocked } = useShared();
  const { value } = useShown(list);
  const row = value?.chats.find((each) => each.chatId === chatId);
  const other = kind === 'direct' ? otherOf(chatId, uid) : undefined;
  const name = useName(other);

  if (row?.invited) {
    return (
      <div className={classes.foot}>
        <InviteAnswer chatId={chatId} />
      </div>
    );
  }
  if (!canWrite) return <Note>{t('compose.readOnly')}</Note>;
  if (other !== undefined && blocked.has(other)) return <Note>{t('details.blocked', { name })}</Note>;
  // What was written, and the files, stay when a reply begins.
  const key = intent.kind === 'edit' ? `edit ${intent.message.id}` : 'new';
  return <Composer key={key} intent={intent} />;
});

function Note({ children }: { children: string }) {
  return (
    <div className={classes.foot}>
      <Text size="sm" c="dimmed" ta="center" flex={1} dir="auto">
        {children}
      </Text>
    </div>
  );
}
