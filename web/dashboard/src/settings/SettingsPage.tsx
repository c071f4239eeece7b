import { Title } from '@mantine/core';
import { useText } from './texts.js';

export function SettingsPage() {
  const t = useText();
  return (
    <Title order={1} p="md">
      {t('settings.title')}
    </Title>
  );
}
