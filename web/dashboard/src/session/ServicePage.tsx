import { Alert, Button, Center, Group, Paper, Stack, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';

interface Props {
  /** The service in which this person has no role. */
  refused?: string;
  onChoose(serviceId: string): void;
  onSignOut(): void;
}

export function ServicePage({ refused, onChoose, onSignOut }: Props) {
  const [serviceId, setServiceId] = useState(refused ?? 'default');

  function submit(event: FormEvent): void {
    event.preventDefault();
    onChoose(serviceId.trim());
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380}>
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h2">
              Which service?
            </Title>
            {refused !== undefined && (
              <Alert color="red" role="alert">
                You have no role in “{refused}”. Ask one of its owners to add you, or name another service.
              </Alert>
            )}
            <TextInput
              label="Service id"
              required
              value={serviceId}
              onChange={(event) => setServiceId(event.currentTarget.value)}
            />
            <Group justify="space-between">
              <Button variant="subtle" onClick={onSignOut}>
                Sign out
              </Button>
              <Button type="submit">Open the dashboard</Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
