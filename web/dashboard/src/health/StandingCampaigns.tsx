import { Anchor, Paper, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { HealthReport } from 'parley-client';
import { duration } from '../campaigns/numbers.js';
import { campaignAddress } from '../session/addressed.js';
import { useSession } from '../session/session.js';
import { useHasRole } from '../session/useHasRole.js';
import { useWords } from '../words/words.js';
import { useText } from './texts.js';

type Standing = HealthReport['campaigns'][number];

/** The campaigns of all services that stand still. */
export function StandingCampaigns({ report }: { report: HealthReport }) {
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
            {campaigns.map((campaign) => (
              <Table.Tr key={campaign.campaignId}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Named campaign={campaign} />
                </Table.Td>
                <Table.Td>{words(`words.campaign.${campaign.state as 'running'}`)}</Table.Td>
                <Table.Td ta="end">{t('health.idle', { time: duration(campaign.idleSeconds) })}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}

/** A campaign with its service. It is a link for those whom the rules let read it there. */
function Named({ campaign: { campaignId, name = campaignId, serviceId } }: { campaign: Standing }) {
  const t = useText();
  const { serviceId: own } = useSession();
  const hasRole = useHasRole(serviceId);
  return (
    <>
      {!hasRole || serviceId === undefined ? (
        <bdi>{name}</bdi>
      ) : serviceId === own ? (
        <Anchor inherit renderRoot={(props) => <Link to="/campaigns/$campaignId" params={{ campaignId }} {...props} />}>
          {name}
        </Anchor>
      ) : (
        // A page of another service begins anew, with that service.
        <Anchor inherit href={campaignAddress(campaignId, serviceId)}>
          {name}
        </Anchor>
      )}
      <Text size="xs" c="dimmed">
        {serviceId !== undefined && t('health.ofService', { service: serviceId })}{' '}
        {hasRole === false && t('health.noRoleThere')}
      </Text>
    </>
  );
}
