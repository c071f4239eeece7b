import { Alert, Stack, Title } from '@mantine/core';
import { isOwner, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { DeadLetters } from './DeadLetters.js';
import { useText } from './texts.js';

/** The service whose owners run the whole project. */
const PROJECT = 'default';

/** For the person on call: how old what waits is, what stands still, dead letters, and drift. */
export function HealthPage() {
  const t = useText();
  const words = useWords();
  const { role, serviceId } = useSession();
  if (!isOwner(role)) return <Alert m="md">{words('words.noRole')}</Alert>;
  return (
    <Stack p="md" maw={1100}>
      <Title order={1} size="h3">
        {t('health.title')}
      </Title>
      {serviceId !== PROJECT && <Alert>{t('health.ownLetters')}</Alert>}
      <DeadLetters />
    </Stack>
  );
}
