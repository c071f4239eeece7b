import { Alert, Center, Loader, Text } from '@mantine/core';
import type { ParleyError } from 'parley-client';

export function Loading() {
  return (
    <Center p="xl">
      <Loader aria-label="Loading" />
    </Center>
  );
}

export function Empty({ children }: { children: string }) {
  return (
    <Center p="xl">
      <Text c="dimmed">{children}</Text>
    </Center>
  );
}

export function Failure({ error }: { error: ParleyError }) {
  return (
    <Alert color="red" m="md" role="alert">
      {error.message}
    </Alert>
  );
}
