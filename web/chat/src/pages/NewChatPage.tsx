import { Button, Fieldset, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { LIMITS, type Opened } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { TextsInput } from 'parley-screen/TextsInput.js';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { PageHeader } from './PageHeader.js';

/** Begin a chat with a person, a group, or a service. `?with=ann` names the person. */
export function NewChatPage() {
  const t = useText();
  const { parley } = useSession();
  const { with: asked = '' } = useSearch({ from: '/new' });
  const [personId, setPersonId] = useState(asked);
  const [title, setTitle] = useState('');
  const [people, setPeople] = useState<string[]>([]);
  const [serviceId, setServiceId] = useState('');

  async function group(): Promise<Opened> {
    const created = await parley.open.group({ title: title.trim(), userIds: people });
    const count = created.invited.length;
    if (count > 0) notifications.show({ message: t('new.invited', { count }) });
    return created;
  }

  return (
    <>
      <PageHeader title={t('chat.new')} />
      <Stack p="md" maw={560}>
        <Way
          legend={t('new.person')}
          submit={t('new.start')}
          isReady={personId.trim() !== ''}
          open={() => parley.open.direct(personId.trim())}
        >
          <TextInput
            label={t('new.personId')}
            description={t('new.personHint')}
            value={personId}
            onChange={(event) => setPersonId(event.currentTarget.value)}
          />
        </Way>
        <Way
          legend={t('new.group')}
          submit={t('new.createGroup')}
          isReady={title.trim() !== '' && people.length > 0}
          open={group}
        >
          <TextInput
            label={t('new.groupTitle')}
            maxLength={LIMITS.CHAT_TITLE}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <TextsInput
            hasWords
            label={t('new.groupPeople')}
            description={t('new.groupHint')}
            value={people}
            onChange={setPeople}
            acceptValueOnBlur
          />
        </Way>
        <Way
          legend={t('new.service')}
          submit={t('new.askService')}
          isReady={serviceId.trim() !== ''}
          open={() => parley.open.case(serviceId.trim())}
        >
          <TextInput
            label={t('new.serviceId')}
            description={t('new.serviceHint')}
            value={serviceId}
            onChange={(event) => setServiceId(event.currentTarget.value)}
          />
        </Way>
      </Stack>
    </>
  );
}

interface WayProps {
  legend: string;
  submit: string;
  isReady: boolean;
  open: () => Promise<Opened>;
  children: ReactNode;
}

function Way({ legend, submit, isReady, open, children }: WayProps) {
  const attempt = useAttempt();
  const navigate = useNavigate();
  const [isBusy, setIsBusy] = useState(false);

  async function begin(event: FormEvent): Promise<void> {
    event.preventDefault();
    setIsBusy(true);
    await attempt(async () => {
      const { chatId } = await open();
      await navigate({ to: '/chats/$chatId', params: { chatId } });
    });
    setIsBusy(false);
  }

  return (
    <form onSubmit={begin}>
      <Fieldset legend={legend}>
        <Stack gap="sm">
          {children}
          <Button type="submit" variant="light" loading={isBusy} disabled={!isReady}>
            {submit}
          </Button>
        </Stack>
      </Fieldset>
    </form>
  );
}
