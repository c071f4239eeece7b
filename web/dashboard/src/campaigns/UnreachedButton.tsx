import { Button, Group, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { type CampaignStatus, LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useSession } from '../session/session.js';
import { CAMPAIGN_COMMANDS } from './commandList.js';
import { type AudienceToName, draftForUnreached } from './job.js';
import { readUnreached } from './results.js';
import { useText } from './texts.js';

/** People who are put on a list in one commit. */
const AT_ONCE = 450;

interface Props {
  campaignId: string;
  campaign: CampaignStatus;
}

/** Begin a new campaign to those whom this one did not reach; more than a campaign names get a list of their own. */
export function UnreachedButton({ campaignId, campaign }: Props) {
  const t = useText();
  const { dashboard } = useSession();
  const navigate = useNavigate();
  const attempt = useAttempt();
  const [isReading, setIsReading] = useState(false);
  const [put, setPut] = useState<{ count: number; all: number }>();
  const count = campaign.counts.failed + campaign.counts.skipped;
  const text = t('campaigns.toUnreached', { count });

  async function begin(): Promise<void> {
    setIsReading(true);
    await attempt(async () => {
      const [uids, job] = await Promise.all([
        readUnreached(dashboard, campaignId),
        firstOf(dashboard.campaignJob(campaignId)),
      ]);
      const draft = draftForUnreached(campaign, await audienceOf(uids), job);
      const drafts = dashboard.campaignDrafts();
      try {
        const id = await drafts.save({ name: draft.name, job: { ...draft }, step: 'audience' });
        await navigate({ to: '/campaigns/new', search: { draft: id, step: 'audience' } as never });
      } finally {
        drafts.close();
      }
    });
    setIsReading(false);
    setPut(undefined);
  }

  async function audienceOf(uids: readonly string[]): Promise<AudienceToName> {
    if (uids.length <= LIMITS.CAMPAIGN_USER_IDS) return { userIds: uids };
    const name = t('campaigns.unreachedList', { name: campaign.name }).slice(0, LIMITS.CAMPAIGN_NAME);
    const listId = await dashboard.makeList(name);
    for (let count = 0; count < uids.length; count += AT_ONCE) {
      setPut({ count, all: uids.length });
      await dashboard.putOnList(listId, uids.slice(count, count + AT_ONCE));
    }
    return { listId };
  }

  usePageCommands(CAMPAIGN_COMMANDS, {
    'campaigns.toUnreached': { run: begin, text, isShown: count > 0 && !isReading },
  });
  if (count === 0) return null;
  return (
    <Group gap="xs">
      {put && (
        <Text size="sm" role="status">
          {t('campaigns.puttingOnList', put)}
        </Text>
      )}
      <Button variant="default" leftSection={<Send size={16} aria-hidden />} loading={isReading} onClick={begin}>
        {text}
      </Button>
    </Group>
  );
}

async function firstOf<T>(live: { first(): Promise<T>; close(): void }): Promise<T> {
  try {
    return await live.first();
  } finally {
    live.close();
  }
}
