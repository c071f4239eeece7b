import { Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReportReason } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useText as useSharedText } from 'parley-screen/texts.js';
import { useState } from 'react';
import { useText } from '../texts.js';
import { useOpenChat } from './open.js';

const REASONS = ['spam', 'harassment', 'hate', 'violence', 'sexual', 'selfHarm', 'fraud', 'illegal', 'other'] as const;
const COMMENT = 1_000;

export default function ReportDialog({ messageId, onClose }: { messageId: string; onClose: () => void }) {
  const t = useText();
  const shared = useSharedText();
  const attempt = useAttempt();
  const { chat } = useOpenChat();
  const [reason, setReason] = useState<ReportReason>('spam');
  const [comment, setComment] = useState('');
  const [isBusy, setIsBusy] = useState(false);

  async function send(): Promise<void> {
    setIsBusy(true);
    const isDone = await attempt(() => chat.report(messageId, reason, comment.trim() || undefined));
    setIsBusy(false);
    if (!isDone) return;
    notifications.show({ message: t('report.done') });
    onClose();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('report.title')}
      closeButtonProps={{ 'aria-label': shared('screen.close') }}
    >
      <Stack>
        <Select
          label={t('report.why')}
          data={REASONS.map((value) => ({ value, label: t(`report.${value}`) }))}
          value={reason}
          allowDeselect={false}
          onChange={(value) => value && setReason(value as ReportReason)}
        />
        <Textarea
          label={t('report.comment')}
          maxLength={COMMENT}
          autosize
          minRows={2}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button loading={isBusy} onClick={send}>
            {t('report.send')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
