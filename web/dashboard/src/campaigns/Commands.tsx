import { Button, Group, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { Pause, Play, RotateCw, Square } from 'lucide-react';
import type { CampaignJob, CampaignStatus } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAdmin, useSession } from '../session/session.js';
import { ConfirmDialog } from '../words/ConfirmDialog.js';
import { CAMPAIGN_COMMANDS } from './commandList.js';
import { handedOver, sumsOf } from './progress.js';
import { hasEnded } from './states.js';
import { useText } from './texts.js';
import { UnreachedButton } from './UnreachedButton.js';

interface Props {
  campaignId: string;
  campaign: CampaignStatus;
  job: CampaignJob | undefined;
}

/** What may be done with a campaign in its state, and what each does. */
export function Commands({ campaignId, campaign, job }: Props) {
  const { role } = useSession();
  if (!isAdmin(role)) return null;
  return hasEnded(campaign.state) ? (
    <Group>
      {campaign.counts.failed > 0 && campaign.state === 'completedWithErrors' && (
        <Retry campaignId={campaignId} count={campaign.counts.failed} />
      )}
      <UnreachedButton campaignId={campaignId} campaign={campaign} />
    </Group>
  ) : (
    <Running campaignId={campaignId} campaign={campaign} job={job} />
  );
}

function Running({ campaignId, campaign, job }: Props) {
  const t = useText();
  const { dashboard } = useSession();
  const attempt = useAttempt();
  const [isAsking, { open, close }] = useDisclosure();
  const { state, counts, audienceCount } = campaign;
  const give = (command: 'pause' | 'resume' | 'cancel') => attempt(() => dashboard.command(campaignId, command));
  const isPaused = state === 'paused';
  const isPausing = job?.command === 'pause' && !isPaused;
  const isResuming = job?.command === 'resume' && isPaused;
  const { waiting } = sumsOf(counts, audienceCount);
  usePageCommands(CAMPAIGN_COMMANDS, {
    'campaigns.pause': { run: () => give('pause'), isShown: !isPaused && !isPausing },
    'campaigns.resume': { run: () => give('resume'), isShown: isPaused && !isResuming },
    'campaigns.cancel': { run: open },
  });
  return (
    <Group>
      {isPaused ? (
        <Button leftSection={<Play size={16} aria-hidden />} loading={isResuming} onClick={() => give('resume')}>
          {t('campaigns.resume')}
        </Button>
      ) : (
        <Tooltip label={t('campaigns.pauseHint')}>
          <Button
            variant="default"
            leftSection={<Pause size={16} aria-hidden />}
            loading={isPausing}
            onClick={() => give('pause')}
          >
            {t('campaigns.pause')}
          </Button>
        </Tooltip>
      )}
      <Button color="red" variant="outline" leftSection={<Square size={16} aria-hidden />} onClick={open}>
        {t('campaigns.cancel')}
      </Button>
      <ConfirmDialog
        isAsked={isAsking}
        title={t('campaigns.cancelTitle')}
        act={t('campaigns.cancelIt')}
        keep={t('campaigns.keep')}
        onConfirm={() => give('cancel')}
        onClose={close}
      >
        {t('campaigns.cancelHint', { handedOver: handedOver(counts), waiting })}
      </ConfirmDialog>
    </Group>
  );
}

function Retry({ campaignId, count }: { campaignId: string; count: number }) {
  const t = useText();
  const attempt = useAttempt();
  const { dashboard } = useSession();
  const text = t('campaigns.retry', { count });
  const retry = () =>
    attempt(async () => {
      const { retried, waiting = 0 } = await dashboard.retryFailed(campaignId);
      notifications.show({ message: t('campaigns.retried', { retried, waiting }) });
    });
  usePageCommands(CAMPAIGN_COMMANDS, { 'campaigns.retry': { run: retry, text } });
  return (
    <Button variant="default" leftSection={<RotateCw size={16} aria-hidden />} onClick={retry}>
      {text}
    </Button>
  );
}
