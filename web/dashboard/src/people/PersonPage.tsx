import { Title } from '@mantine/core';
import { useText } from './texts.js';

export function PersonPage() {
  const t = useText();
  return (
    <Title order={1} p="md">
      {t('people.title')}
    </Title>
  );
}
