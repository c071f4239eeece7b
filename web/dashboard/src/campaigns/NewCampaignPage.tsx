import { Title } from '@mantine/core';
import { useText } from './texts.js';

export function NewCampaignPage() {
  const t = useText();
  return (
    <Title order={1} p="md">
      {t('campaigns.title')}
    </Title>
  );
}
