import { Alert, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { CampaignStatus } from 'parley-client';
import { English } from 'parley-screen/English.js';
import { useLive } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { Commands } from './Commands.js';
import { duration, rate } from './numbers.js';
import { PeopleTable } from './PeopleTable.js';
import { Plots } from './Plots.js';
import { Progress } from './Progress.js';
import { CAMPAIGN_COLOURS } from './states.js';
import { useText } from './texts.js';

/** What becomes of one campaign, live, for all and for each person. */
export function CampaignPage() {
  const { campaignId } = useParams({ from: '/campaigns/$campaignId' });
  return <Watched key={campaignId} campaignId={campaignId} />;
}

function Watched({ campaignId }: { campaignId: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const { value, error, retry } = useLive(() => dashboard.campaign(campaignId), [dashboard, campaignId]);
  const job = useLive(() => dashboard.campaignJob(campaignId), [dashboard, campaignId]);
  if (error) return <Failure error={error} onRetry={retry} />;
  if (value === undefined) return <Loading />;
  if (value === null) return <Empty>{t(job.value ? 'campaigns.notBegun' : 'campaigns.unknown')}</Empty>;
  return (
    <Stack p="md" maw={1200}>
      <Group justify="space-between">
        <div>
          <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {value.name}
          </Title>
          <Facts campaign={value} />
        </div>
        <Commands campaignId={campaignId} campaign={value} job={job.value ?? undefined} />
      </Group>
      {value.error && (
        <Alert color="red" role="alert">
          <English>{value.error.message}</English>
        </Alert>
      )}
      {value.notice !== undefined && (
        <Alert role="status">
          <English>{value.notice}</English>
        </Alert>
      )}
      {value.state === 'paused' && <Alert color="yellow">{t('campaigns.pausedHint')}</Alert>}
      <Progress campaign={value} />
      <Plots campaign={value} />
      <PeopleTable campaignId={campaignId} campaign={value} />
    </Stack>
  );
}

function Facts({ campaign }: { campaign: CampaignStatus }) {
  const t = useText();
  const words = useWords();
  const times = useTimes();
  const { state, kind, channels, startedAt, finishedAt, etaAt } = campaign;
  return (
    <Group gap="xs" mt={4}>
      <Badge color={CAMPAIGN_COLOURS[state]} variant="light" c="var(--mantine-color-text)" tt="none" role="status">
        {words(`words.campaign.${state}`)}
      </Badge>
      <Text size="sm" c="dimmed">
        {words(`words.kind.${kind}`)}
        {channels && ` · ${channels.map((each) => words(`words.channel.${each}`)).join(', ')}`}
        {startedAt && ` · ${t('campaigns.startedAt', { at: times.full(startedAt) })}`}
        {finishedAt && ` · ${t('campaigns.finishedAt', { at: times.full(finishedAt) })}`}
      </Text>
      {state === 'running' && campaign.rate > 0 && (
        <Text size="sm">
          {t('campaigns.rateNow', { rate: rate(campaign.rate) })}
          {etaAt && ` ${t('campaigns.eta', { in: duration((etaAt.toMillis() - Date.now()) / 1000) })}`}
        </Text>
      )}
    </Group>
  );
}
