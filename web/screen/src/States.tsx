/** What a page shows in place of its content: it loads, there is nothing, or it failed. */
import { Alert, Button, Center, Loader, Stack, Text } from '@mantine/core';
import { CircleAlert, WifiOff } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { FailureText } from './failures.js';
import { useText } from './texts.js';

export function Loading() {
  const t = useText();
  return (
    <Center p="xl" h="100%">
      <Loader size="sm" role="status" aria-label={t('screen.loading')} />
    </Center>
  );
}

/** `children` says what is not there, and what to do about it. */
export function Empty({ icon, children, action }: { icon?: ReactNode; children: ReactNode; action?: ReactNode }) {
  return (
    <Center p="xl" h="100%">
      <Stack align="center" gap="sm" maw={360}>
        {icon}
        <Text c="dimmed" ta="center">
          {children}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useText();
  return (
    <Alert color="red" m="md" role="alert" icon={<CircleAlert size={18} />} title={t('screen.failed')}>
      <Stack gap="xs" align="flex-start">
        <FailureText error={error} />
        {onRetry && (
          <Button size="xs" variant="default" data-act="tryAgain" onClick={onRetry}>
            {t('screen.tryAgain')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function useIsOnline(): boolean {
  const [isOnline, setIsOnline] = useState(() => navigator.onLine);
  useEffect(() => {
    const look = (): void => setIsOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return isOnline;
}

/** A line above the page while there is no connection. */
export function OfflineNotice() {
  const t = useText();
  const isOnline = useIsOnline();
  return (
    <div role="status">
      {!isOnline && (
        <Alert color="yellow" radius={0} py={6} icon={<WifiOff size={16} />}>
          {t('screen.offline')}
        </Alert>
      )}
    </div>
  );
}
