import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useSession } from '../session/session.js';
import { CAMPAIGN_COMMANDS } from './commandList.js';
import { download, readPages } from './results.js';
import { useText } from './texts.js';

/** Hand over what became of everybody as one CSV file. */
export function ExportButton({ campaignId, name }: { campaignId: string; name: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const [isReading, setIsReading] = useState(false);
  const attempt = useAttempt();

  async function run(): Promise<void> {
    let csv = '';
    setIsReading(true);
    const hasWorked = await attempt(() =>
      readPages(dashboard, campaignId, (page) => {
        csv += page.csv;
      }),
    );
    setIsReading(false);
    if (hasWorked) download(`${name.replaceAll(/[\\/:*?"<>|]+/g, ' ').trim() || campaignId}.csv`, csv);
  }

  usePageCommands(CAMPAIGN_COMMANDS, { 'campaigns.csv': { run, isShown: !isReading } });
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Download size={14} aria-hidden />}
      loading={isReading}
      onClick={run}
    >
      {t('campaigns.csv')}
    </Button>
  );
}
