import { Title } from '@mantine/core';
import { useText } from './texts.js';

export function HealthPage() {
  const t = useText();
  return (
    <Title order={1} p="md">
      {t('health.title')}
    </Title>
  );
}
