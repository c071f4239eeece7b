import { Progress as Bar, ColorSwatch, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import type { CampaignStatus } from 'parley-client';
import { useReason, useWords } from '../words/words.js';
import { type Share, sharesOf, sumsOf } from './progress.js';
import { COLOURS, cssColour } from './states.js';
import { useText } from './texts.js';

/** Everybody of the campaign by state: a bar and its numbers, which add up to the audience. */
export function Progress({ campaign }: { campaign: CampaignStatus }) {
  const t = useText();
  const words = useWords();
  const { audienceCount, counts } = campaign;
  const shares = sharesOf(counts, audienceCount);
  const { reached, waiting, unreached } = sumsOf(counts, audienceCount);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('campaigns.progress')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('campaigns.progress')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('campaigns.sums', { reached, waiting, unreached, all: audienceCount })}
          </Text>
        </Group>
        <Bar.Root size={22} radius="sm" aria-label={t('campaigns.progress')}>
          {shares.map(({ state, count, width }) => (
            <Bar.Section
              key={state}
              value={width / 100}
              color={COLOURS[state]}
              aria-label={`${words(`words.state.${state}`)}: ${count}`}
            />
          ))}
        </Bar.Root>
        <Table aria-label={t('campaigns.progress')} verticalSpacing={6}>
          <Table.Tbody>
            {shares.map((share) => (
              <ShareRow key={share.state} share={share} campaign={campaign} />
            ))}
            <Table.Tr fw={700}>
              <Table.Th scope="row">{t('campaigns.everybody')}</Table.Th>
              <Table.Td ta="end">{shares.reduce((sum, { count }) => sum + count, 0)}</Table.Td>
              <Table.Td />
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Stack>
    </Paper>
  );
}

function ShareRow({ share: { state, count }, campaign }: { share: Share; campaign: CampaignStatus }) {
  const words = useWords();
  const reason = useReason();
  const by = state === 'skipped' ? campaign.skippedBy : state === 'failed' ? campaign.failedBy : {};
  const reasons = Object.entries(by).sort(([, one], [, other]) => other - one);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <Group gap="xs" wrap="nowrap">
          <ColorSwatch color={cssColour(state)} size={12} withShadow={false} aria-hidden />
          {words(`words.state.${state}`)}
        </Group>
      </Table.Th>
      <Table.Td ta="end">{count}</Table.Td>
      <Table.Td c="dimmed" fz="sm">
        {reasons.map(([why, each]) => `${reason(why)}: ${each}`).join(' · ')}
      </Table.Td>
    </Table.Tr>
  );
}
