import { Anchor, Badge, Box, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import type { ListedCampaign } from 'parley-client';
import { useList } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { lineOf, usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAdmin, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { CAMPAIGNS_COMMANDS } from './commandList.js';
import { Drafts } from './Drafts.js';
import { sumsOf } from './progress.js';
import { CAMPAIGN_COLOURS } from './states.js';
import { useText } from './texts.js';

const PAGE = 50;

/** The campaigns of the service, the newest first, and what is being composed. */
export function CampaignsPage() {
  const t = useText();
  const { role } = useSession();
  const navigate = useNavigate();
  const lines = usePageLines();
  usePageCommands(CAMPAIGNS_COMMANDS, {
    'campaigns.new': { run: () => navigate({ to: '/campaigns/new' }), isShown: isAdmin(role) },
    'campaigns.open': lines.act('open'),
    'campaigns.deleteDraft': lines.act('delete'),
  });
  return (
    <Stack {...lines.around} p="md" maw={1100}>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('campaigns.campaigns')}
        </Title>
        {isAdmin(role) && (
          <Button
            leftSection={<Plus size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/campaigns/new" {...props} />}
          >
            {t('campaigns.new')}
          </Button>
        )}
      </Group>
      {isAdmin(role) && <Drafts />}
      <Sent />
    </Stack>
  );
}

function Sent() {
  const t = useText();
  const words = useWords();
  const { dashboard, role } = useSession();
  const { value, error, retry, isLoading, more } = useList(() => dashboard.campaigns({ pageSize: PAGE }), [dashboard]);
  if (error) return <Failure error={error} onRetry={retry} />;
  if (!value) return <Loading />;
  if (value.items.length === 0)
    return <Empty>{t(isAdmin(role) ? 'campaigns.none' : 'campaigns.noneForViewers')}</Empty>;
  return (
    <>
      <Table.ScrollContainer minWidth={0}>
        <Table highlightOnHover verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('campaigns.name')}</Table.Th>
              <Table.Th visibleFrom="xs">{t('campaigns.state')}</Table.Th>
              <Table.Th ta="end">{t('campaigns.reached')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('campaigns.changed')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {value.items.map((campaign) => (
              <Row key={campaign.campaignId} campaign={campaign} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {(value.hasMore || isLoading) && (
        <Button data-act="more" variant="default" loading={isLoading} onClick={more}>
          {words('words.more')}
        </Button>
      )}
    </>
  );
}

function Row({ campaign }: { campaign: ListedCampaign }) {
  const words = useWords();
  const times = useTimes();
  const { campaignId, name, state, kind, audienceCount, counts, updatedAt } = campaign;
  const badge = (
    <Badge color={CAMPAIGN_COLOURS[state]} variant="light" c="var(--mantine-color-text)" tt="none">
      {words(`words.campaign.${state}`)}
    </Badge>
  );
  return (
    <Table.Tr {...lineOf(campaignId)}>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Anchor
          data-act="open"
          inherit
          fw={500}
          renderRoot={(props) => <Link to="/campaigns/$campaignId" params={{ campaignId }} {...props} />}
        >
          {name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {words(`words.kind.${kind}`)}
        </Text>
        <Box hiddenFrom="xs">{badge}</Box>
      </Table.Td>
      <Table.Td visibleFrom="xs">{badge}</Table.Td>
      <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
        {sumsOf(counts, audienceCount).reached} / {audienceCount}
      </Table.Td>
      <Table.Td visibleFrom="sm">{times.full(updatedAt)}</Table.Td>
    </Table.Tr>
  );
}
