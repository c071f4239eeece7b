import { Alert, Badge, Button, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RefreshCw } from 'lucide-react';
import type { HealthReport } from 'parley-client';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { duration } from '../campaigns/numbers.js';
import { isOwner, PROJECT, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { DeadLetters } from './DeadLetters.js';
import { Drift } from './Drift.js';
import { useText } from './texts.js';

const EVERY_MS = 15_000;

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
      {serviceId === PROJECT ? <Project /> : <Alert>{t('health.ownLetters')}</Alert>}
      <DeadLetters />
      {serviceId === PROJECT && <Drift />}
    </Stack>
  );
}

function Project() {
  const t = useText();
  const times = useTimes();
  const { parley } = useSession();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['health'],
    queryFn: () => parley.health().get(),
    refetchInterval: EVERY_MS,
  });
  if (error && !data) return <Failure error={error} onRetry={refetch} />;
  if (!data) return <Loading />;
  return (
    <>
      <Group justify="space-between">
        <Verdict report={data} />
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {t('health.asOf', { at: times.short(new Date(data.at)) })}
          </Text>
          <Button
            variant="default"
            size="xs"
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={isFetching}
            onClick={() => refetch()}
          >
            {t('health.refresh')}
          </Button>
        </Group>
      </Group>
      {error && <Failure error={error} onRetry={refetch} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Queues report={data} />
        <Campaigns report={data} />
      </SimpleGrid>
    </>
  );
}

function Verdict({ report: { queues, campaigns, deadLetters } }: { report: HealthReport }) {
  const t = useText();
  const still = [...queues, ...campaigns].filter(({ isStill }) => isStill).length;
  const dead = deadLetters.reduce((sum, { count }) => sum + count, 0);
  if (still === 0 && dead === 0) {
    return (
      <Badge color="teal" size="lg" tt="none" role="status">
        {t('health.well')}
      </Badge>
    );
  }
  return (
    <Badge color={still > 0 ? 'red' : 'orange'} size="lg" tt="none" role="status">
      {t('health.unwell', { still, dead })}
    </Badge>
  );
}

function Queues({ report: { queues } }: { report: HealthReport }) {
  const t = useText();
  return (
    <Paper withBorder p="md" component="section" aria-label={t('health.queues')}>
      <Title order={2} size="h5">
        {t('health.queues')}
      </Title>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('health.queue')}</Table.Th>
            <Table.Th ta="end">{t('health.waiting')}</Table.Th>
            <Table.Th ta="end">{t('health.oldest')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {queues.map(({ queue, inbox = '', waiting, oldestSeconds, isStill, waitsFor }) => (
            <Table.Tr key={`${queue} ${inbox}`}>
              <Table.Th scope="row" fw={400} style={{ overflowWrap: 'anywhere' }}>
                <bdi>{queue}</bdi>
                {inbox && (
                  <Text span size="sm" c="dimmed">
                    {' '}
                    <bdi>{inbox}</bdi>
                  </Text>
                )}
                {waitsFor && (
                  <Text size="sm" c="dimmed" dir="auto">
                    {waitsFor}
                  </Text>
                )}
              </Table.Th>
              <Table.Td ta="end">{waiting}</Table.Td>
              <Table.Td ta="end">
                {oldestSeconds === undefined ? '–' : duration(oldestSeconds)}{' '}
                {isStill && (
                  <Badge color="red" size="sm" tt="none">
                    {t('health.still')}
                  </Badge>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Campaigns({ report }: { report: HealthReport }) {
  const t = useText();
  const words = useWords();
  const campaigns = report.campaigns.filter(({ isStill }) => isStill);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('health.campaigns')}>
      <Title order={2} size="h5">
        {t('health.campaigns')}
      </Title>
      {campaigns.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('health.noneStands')}
        </Text>
      ) : (
        <Table verticalSpacing={6}>
          <Table.Tbody>
            {campaigns.map(({ campaignId, serviceId, state, idleSeconds }) => (
              <Table.Tr key={campaignId}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Link to="/campaigns/$campaignId" params={{ campaignId }}>
                    {campaignId}
                  </Link>
                  <Text size="xs" c="dimmed">
                    {serviceId}
                  </Text>
                </Table.Td>
                <Table.Td>{words(`words.campaign.${state as 'running'}`)}</Table.Td>
                <Table.Td ta="end">{t('health.idle', { time: duration(idleSeconds) })}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
