import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { type CampaignJob, type CampaignStatus, LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { useSession } from '../session/session.js';
import { draftForUnreached } from './job.js';
import { isUnreached, readPage, readPages } from './results.js';
import { useText } from './texts.js';

interface Props {
  campaignId: string;
  campaign: CampaignStatus;
  job: CampaignJob | undefined;
}

/** Begin a new campaign to those whom this one did not reach. */
export function UnreachedButton({ campaignId, campaign, job }: Props) {
  const t = useText();
  const { dashboard } = useSession();
  const navigate = useNavigate();
  const attempt = useAttempt();
  const [isReading, setIsReading] = useState(false);
  const count = campaign.counts.failed + campaign.counts.skipped;
  if (count === 0) return null;

  async function begin(): Promise<void> {
    setIsReading(true);
    await attempt(async () => {
      const uids: string[] = [];
      await readPages(dashboard, campaignId, ({ csv }) => {
        uids.push(
          ...readPage(csv)
            .filter(isUnreached)
            .map(({ userId }) => userId),
        );
        return uids.length <= LIMITS.CAMPAIGN_USER_IDS;
      });
      if (uids.length > LIMITS.CAMPAIGN_USER_IDS) {
        notifications.show({ message: t('campaigns.firstUnreached', { limit: LIMITS.CAMPAIGN_USER_IDS }) });
      }
      const draft = draftForUnreached(campaign, uids.slice(0, LIMITS.CAMPAIGN_USER_IDS), job);
      const drafts = dashboard.campaignDrafts();
      try {
        const id = await drafts.save({ name: draft.name, job: { ...draft }, step: 'audience' });
        await navigate({ to: '/campaigns/new', search: { draft: id, step: 'audience' } as never });
      } finally {
        drafts.close();
      }
    });
    setIsReading(false);
  }

  return (
    <Button variant="default" leftSection={<Send size={16} aria-hidden />} loading={isReading} onClick={begin}>
      {t('campaigns.toUnreached', { count })}
    </Button>
  );
}
