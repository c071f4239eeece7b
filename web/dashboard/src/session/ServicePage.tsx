import '@mantine/core/styles.layer.css';
import { Alert, Button, Center, Group, Paper, Stack, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useText } from '../texts.js';

interface Props {
  current: string;
  /** Whether this person has no role in the current service. */
  isRefused?: boolean;
  onChoose(serviceId: string): void;
  onSignOut(): void;
}

export default function ServicePage({ current, isRefused = false, onChoose, onSignOut }: Props) {
  const t = useText();
  const [serviceId, setServiceId] = useState(current);

  function submit(event: FormEvent): void {
    event.preventDefault();
    onChoose(serviceId.trim());
  }

  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380} shadow="sm">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1}>{t('service.title')}</Title>
            {isRefused && (
              <Alert color="red" role="alert">
                {t('service.refused', { service: current })}
              </Alert>
            )}
            <TextInput
              label={t('service.id')}
              required
              pattern="[^:/]+"
              value={serviceId}
              onChange={(event) => setServiceId(event.currentTarget.value)}
            />
            <Group justify="space-between">
              <Button variant="subtle" onClick={onSignOut}>
                {t('shell.signOut')}
              </Button>
              <Button type="submit">{t('service.open')}</Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
