import { Button, Checkbox, Modal, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Staff } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { type FormEvent, useState } from 'react';
import { isAdmin, useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import type { Asked } from './asked.js';

const NAME_LENGTH = 100;
const ROLES: Staff['role'][] = ['owner', 'admin', 'agent', 'viewer'];

/** Keep what the list shows under a name, for oneself or for a role. */
export function SaveView({ asked, onClose }: { asked: Asked; onClose(): void }) {
  const t = useText();
  const navigate = useNavigate();
  const attempt = useAttempt();
  const { dashboard, role } = useSession();
  const [name, setName] = useState('');
  const [sharedWith, setSharedWith] = useState<string[]>([]);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    const { view, assigneeId, where } = asked;
    const views = dashboard.savedViews();
    await attempt(async () => {
      const id = await views.save({
        name: name.trim(),
        view,
        ...(sharedWith.length > 0 && { sharedWith: sharedWith as Staff['role'][] }),
        ...(assigneeId !== undefined && { assigneeId }),
        ...(where && { where }),
      });
      onClose();
      await navigate({ to: '/inbox', search: { saved: id } });
    });
    views.close();
  }

  return (
    <Modal opened onClose={onClose} title={t('views.save')}>
      <form onSubmit={save}>
        <Stack>
          <TextInput
            label={t('views.name')}
            required
            maxLength={NAME_LENGTH}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {isAdmin(role) && (
            <Checkbox.Group label={t('views.shared')} value={sharedWith} onChange={setSharedWith}>
              <Stack gap={6} mt={6}>
                {ROLES.map((each) => (
                  <Checkbox key={each} value={each} label={t(`views.role.${each}`)} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          <Button type="submit" disabled={name.trim() === ''}>
            {t('views.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
