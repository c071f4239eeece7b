import { Anchor, Table, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Empty, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useCampaigns } from './campaigns.js';
import { STATES } from './words.js';

export function CampaignsPage() {
  const campaigns = useCampaigns();
  const times = useTimes();
  if (!campaigns) return <Loading />;
  return (
    <Table.ScrollContainer minWidth={280} p="md">
      <Title order={1} size="h3">
        Campaigns
      </Title>
      {campaigns.length === 0 ? (
        <Empty>No campaigns yet.</Empty>
      ) : (
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>People</Table.Th>
              <Table.Th visibleFrom="sm">Changed</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {campaigns.map(({ id, name, state, audienceCount, updatedAt }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Anchor
                    renderRoot={(props) => <Link to="/campaigns/$campaignId" params={{ campaignId: id }} {...props} />}
                  >
                    {name}
                  </Anchor>
                </Table.Td>
                <Table.Td>{STATES[state]}</Table.Td>
                <Table.Td>{audienceCount}</Table.Td>
                <Table.Td visibleFrom="sm">{times.full(updatedAt)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Table.ScrollContainer>
  );
}
