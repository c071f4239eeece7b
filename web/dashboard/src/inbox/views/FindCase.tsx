import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { caseChatId } from 'parley-client';
import { PersonPicker } from '../../people/PersonPicker.js';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';

/** Open the case of somebody by what one knows of them, whatever the list shows. */
export default function FindCase({ onClose }: { onClose(): void }) {
  const t = useText();
  const navigate = useNavigate();
  const { serviceId } = useSession();

  function open([uid]: string[]): void {
    if (uid === undefined) return;
    onClose();
    const chatId = caseChatId(uid, serviceId);
    void navigate({ to: '/inbox/$chatId', params: { chatId }, search: (search) => search });
  }

  return (
    <Modal opened onClose={onClose} title={t('find.title')}>
      <PersonPicker label={t('find.person')} description={t('find.about')} uids={[]} max={1} isFirst onChange={open} />
    </Modal>
  );
}
