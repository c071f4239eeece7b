import { Button, Drawer, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type Chat, isMuted, otherOf } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { useOpenChat } from '../chat/open.js';
import { useSession, useShared } from '../session/session.js';
import { useText } from '../texts.js';
import { GroupDetails } from './GroupDetails.js';

const HOUR_MS = 3_600_000;

interface Props {
  title: string;
  details: Chat | null;
  onClose: () => void;
}

/** A chat beside its messages: who is in it, and what one does about it. */
export default function DetailsDrawer({ title, details, onClose }: Props) {
  const t = useText();
  const attempt = useAttempt();
  const navigate = useNavigate();
  const { parley, uid } = useSession();
  const { tokens, blocked } = useShared();
  const { chat, chatId, kind } = useOpenChat();
  const [isLeaving, setIsLeaving] = useState(false);
  const other = kind === 'direct' ? otherOf(chatId, uid) : undefined;

  async function leave(): Promise<void> {
    if (await attempt(() => chat.membership.leave())) await navigate({ to: '/' });
  }

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="sm"
      title={title}
      closeButtonProps={{ 'aria-label': t('details.close') }}
    >
      <Stack>
        {kind === 'group' && <GroupDetails details={details} />}
        {isMuted(tokens, chatId) ? (
          <Button variant="default" onClick={() => attempt(() => parley.devices.unmute(chatId))}>
            {t('details.unmute')}
          </Button>
        ) : (
          <>
            <Button variant="default" onClick={() => attempt(() => parley.devices.mute(chatId))}>
              {t('details.mute')}
            </Button>
            <Button
              variant="default"
              onClick={() => attempt(() => parley.devices.mute(chatId, new Date(Date.now() + HOUR_MS)))}
            >
              {t('details.muteHour')}
            </Button>
          </>
        )}
        {other !== undefined &&
          (blocked.has(other) ? (
            <Button variant="default" onClick={() => attempt(() => parley.blocks.unblock(other))}>
              {t('details.unblock')}
            </Button>
          ) : (
            <Button variant="light" color="red" onClick={() => attempt(() => parley.blocks.block(other))}>
              {t('details.block')}
            </Button>
          ))}
        {kind === 'group' && (
          <Button
            variant={isLeaving ? 'filled' : 'light'}
            h="auto"
            py="xs"
            styles={{ label: { whiteSpace: 'normal' } }}
            color="red"
            onClick={isLeaving ? leave : () => setIsLeaving(true)}
          >
            {t(isLeaving ? 'details.leaveSure' : 'details.leave')}
          </Button>
        )}
      </Stack>
    </Drawer>
  );
}
