import { Alert, Badge, Button, Group, Modal, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useParams } from '@tanstack/react-router';
import type { CampaignState } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { Empty, Loading } from 'parley-screen/States.js';
import { isAdmin, useSession } from '../session/session.js';
import { type Command, command, type ListedCampaign, useCampaign } from './campaigns.js';
import { RECIPIENTS, STATES } from './words.js';

const ENDED: ReadonlySet<CampaignState> = new Set(['cancelled', 'completed', 'completedWithErrors', 'failed']);

/** What becomes of one campaign, live, and the commands that stop it. */
export function CampaignPage() {
  const { campaignId } = useParams({ strict: false });
  const campaign = useCampaign(campaignId ?? '');
  if (campaign === undefined) return <Loading />;
  if (campaign === null) return <Empty>There is no such campaign, or no worker has handled it yet.</Empty>;
  return <Campaign campaign={campaign} />;
}

function Campaign({ campaign }: { campaign: ListedCampaign }) {
  const { audienceCount, counts } = campaign;
  const handedOver = audienceCount - counts.planned - counts.held;
  return (
    <Stack p="md" maw={720}>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {campaign.name} <Badge>{STATES[campaign.state]}</Badge>
        </Title>
        <Commands campaign={campaign} handedOver={handedOver} />
      </Group>
      {campaign.error && (
        <Alert color="red" role="alert">
          {campaign.error.message}
        </Alert>
      )}
      {campaign.notice !== undefined && <Alert>{campaign.notice}</Alert>}
      <Progress.Root size="xl" aria-label={`${handedOver} of ${audienceCount} handed over`}>
        {RECIPIENTS.filter(({ state }) => counts[state] > 0).map(({ state, label, colour }) => (
          <Progress.Section
            key={state}
            value={(100 * counts[state]) / Math.max(1, audienceCount)}
            color={colour}
            aria-label={`${label}: ${counts[state]}`}
          />
        ))}
      </Progress.Root>
      <Table>
        <Table.Tbody>
          {RECIPIENTS.map(({ state, label }) => (
            <Table.Tr key={state}>
              <Table.Td>{label}</Table.Td>
              <Table.Td>{counts[state]}</Table.Td>
              <Table.Td>{reasons(state, campaign)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr fw={700}>
            <Table.Td>All</Table.Td>
            <Table.Td>{audienceCount}</Table.Td>
            <Table.Td />
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function reasons(state: string, { skippedBy, failedBy }: ListedCampaign): string {
  const by = state === 'skipped' ? skippedBy : state === 'failed' ? failedBy : {};
  return Object.entries(by)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}

function Commands({ campaign, handedOver }: { campaign: ListedCampaign; handedOver: number }) {
  const session = useSession();
  const attempt = useAttempt();
  const [isAsking, { open, close }] = useDisclosure();
  if (!isAdmin(session.role) || ENDED.has(campaign.state)) return null;
  const give = (given: Command) => attempt(() => command(session, campaign.id, given));
  return (
    <Group>
      {campaign.state === 'paused' ? (
        <Button onClick={() => give('resume')}>Resume</Button>
      ) : (
        <Button variant="default" title="Holds the campaign; nobody is dropped" onClick={() => give('pause')}>
          Pause
        </Button>
      )}
      <Button color="red" variant="outline" onClick={open}>
        Cancel
      </Button>
      <Modal opened={isAsking} onClose={close} title="Cancel this campaign?">
        <Text>Already handed over: {handedOver}. Nobody else gets it, and this cannot be undone.</Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button
            color="red"
            onClick={() => {
              close();
              void give('cancel');
            }}
          >
            Cancel the campaign
          </Button>
        </Group>
      </Modal>
    </Group>
  );
}
