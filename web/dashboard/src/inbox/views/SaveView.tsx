import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { SavedView, Staff } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { type FormEvent, useState } from 'react';
import { isAdmin, useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import type { Asked } from './asked.js';
import { SharedWith } from './SharedWith.js';
import { mayChange } from './savedViews.js';

const NAME_LENGTH = 100;

interface Props {
  asked: Asked;
  /** The saved view that the list shows, with the changes of the address. */
  current: { id: string; view: SavedView } | undefined;
  onClose(): void;
}

/** Keep what the list shows: under a new name, for oneself or for a role, or in the saved view it began with. */
export function SaveView({ asked, current, onClose }: Props) {
  const t = useText();
  const navigate = useNavigate();
  const attempt = useAttempt();
  const { dashboard, uid, role } = useSession();
  const [name, setName] = useState('');
  const [sharedWith, setSharedWith] = useState<Staff['role'][]>([]);
  const { view, assigneeId, where } = asked;
  const shown = { view, ...(assigneeId !== undefined && { assigneeId }), ...(where && { where }) };

  async function save(saved: Pick<SavedView, 'name' | 'sharedWith'> & { id?: string }): Promise<void> {
    const views = dashboard.savedViews();
    await attempt(async () => {
      const id = await views.save({ ...saved, ...shown });
      onClose();
      await navigate({ to: '.', search: { saved: id } });
    });
    views.close();
  }

  function saveAsNew(event: FormEvent): void {
    event.preventDefault();
    void save({ name: name.trim(), ...(sharedWith.length > 0 && { sharedWith }) });
  }

  function saveCurrent({ id, view: before }: NonNullable<Props['current']>): void {
    void save({ id, name: before.name, ...(before.sharedWith && { sharedWith: before.sharedWith }) });
  }

  return (
    <Modal opened onClose={onClose} title={t('views.save')}>
      <form onSubmit={saveAsNew}>
        <Stack>
          {current && mayChange(current.view, uid, role) && (
            <Button variant="default" onClick={() => saveCurrent(current)}>
              {t('views.update', { name: current.view.name })}
            </Button>
          )}
          <TextInput
            label={t('views.name')}
            required
            maxLength={NAME_LENGTH}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {isAdmin(role) && <SharedWith roles={sharedWith} onChange={setSharedWith} />}
          <Button type="submit" disabled={name.trim() === ''}>
            {t(current ? 'views.saveNew' : 'views.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
