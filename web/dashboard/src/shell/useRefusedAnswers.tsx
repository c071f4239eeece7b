/** Tell of an answer that was refused after its case was left, on whatever page one is by now. */
import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { serviceMember } from 'parley-client';
import { FailureText } from 'parley-screen/failures.js';
import { useEffect } from 'react';
import { useSession } from '../session/session.js';
import type { RefusedAnswer } from '../session/underWay.js';
import { useText } from '../texts.js';

export function useRefusedAnswers(): void {
  const t = useText();
  const navigate = useNavigate();
  const { underWay, serviceId } = useSession();
  useEffect(() => {
    const open = ({ chatId, messageId }: RefusedAnswer): void => {
      notifications.hide(messageId);
      if (chatId.endsWith(`:${serviceMember(serviceId)}`)) {
        void navigate({ to: '/inbox/$chatId', params: { chatId }, search: {} });
      } else {
        // One works on another service by now: the page begins anew with that of the case.
        location.assign(`/inbox/${encodeURIComponent(chatId)}`);
      }
    };
    return underWay.whenRefused((answer) =>
      notifications.show({
        id: answer.messageId,
        color: 'red',
        autoClose: false,
        title: t('answer.refused'),
        message: <Told answer={answer} text={t('answer.openCase')} onOpen={() => open(answer)} />,
      }),
    );
  }, [t, navigate, underWay, serviceId]);
}

function Told({ answer: { draft, error }, text, onOpen }: { answer: RefusedAnswer; text: string; onOpen(): void }) {
  return (
    <Stack gap="xs" align="flex-start">
      {draft.body !== undefined && (
        <Text size="sm" lineClamp={2} dir="auto">
          {draft.body}
        </Text>
      )}
      <Text size="sm">
        <FailureText error={error} />
      </Text>
      <Button size="xs" variant="default" onClick={onOpen}>
        {text}
      </Button>
    </Stack>
  );
}
