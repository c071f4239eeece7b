import { Alert, Badge, Button, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import type { HealthReport } from 'parley-client';
import { English } from 'parley-screen/English.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { duration } from '../campaigns/numbers.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isOwner, PROJECT, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { HEALTH_COMMANDS } from './commandList.js';
import { DeadLetters } from './DeadLetters.js';
import { Drift } from './Drift.js';
import { StandingCampaigns } from './StandingCampaigns.js';
import { useText } from './texts.js';
import { useHealth } from './useHealth.js';

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
  const { data, error, refetch, isFetching } = useHealth();
  usePageCommands(HEALTH_COMMANDS, { 'health.refresh': { run: refetch, isShown: !isFetching } });
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
        <StandingCampaigns report={data} />
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
                  <Text size="sm" c="dimmed">
                    <English>{waitsFor}</English>
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
