import { Anchor, Button, Drawer, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Failure, Loading } from 'parley-screen/States.js';
import { useState } from 'react';
import { Explanation } from '../campaigns/ExplainDrawer.js';
import { lineOf } from '../commands/useLines.js';
import { useSession } from '../session/session.js';
import { useReason, useWords } from '../words/words.js';
import { useText } from './texts.js';

/** The campaigns of the service that a person got, or did not, each with the reason. */
export function CampaignsOfPerson({ uid }: { uid: string }) {
  const t = useText();
  const words = useWords();
  const reason = useReason();
  const { dashboard, serviceId } = useSession();
  const [explained, setExplained] = useState<string>();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['campaignsOf', serviceId, uid],
    queryFn: ({ pageParam }) => dashboard.campaignsOf(uid, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (error) return <Failure error={error} onRetry={refetch} />;
  if (!data) return <Loading />;
  const campaigns = data.pages.flatMap((page) => page.campaigns);
  return (
    <>
      {campaigns.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('people.noCampaigns')}
        </Text>
      )}
      <Table verticalSpacing={6} aria-label={t('people.campaigns')}>
        <Table.Tbody>
          {campaigns.map(({ campaignId, name = campaignId, inAudience, state, reason: why }) => (
            <Table.Tr key={campaignId} {...lineOf(campaignId)}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Anchor
                  inherit
                  renderRoot={(props) => <Link to="/campaigns/$campaignId" params={{ campaignId }} {...props} />}
                >
                  {name}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {inAudience && state ? words(`words.state.${state}`) : t('people.notInAudience')}
                  {why && `: ${reason(why)}`}
                </Text>
              </Table.Td>
              <Table.Td ta="end">
                <Button
                  data-act="explain"
                  size="compact-xs"
                  variant="subtle"
                  aria-label={t('people.explainCampaign', { name })}
                  onClick={() => setExplained(campaignId)}
                >
                  {t('people.explain')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage && (
        <Button
          data-act="more"
          variant="default"
          size="xs"
          loading={isFetchingNextPage}
          onClick={() => fetchNextPage()}
        >
          {words('words.more')}
        </Button>
      )}
      <Drawer
        opened={explained !== undefined}
        onClose={() => setExplained(undefined)}
        position="right"
        title={t('people.explain')}
        closeButtonProps={{ 'aria-label': words('words.close') }}
      >
        {explained !== undefined && <Explanation key={explained} campaignId={explained} userId={uid} />}
      </Drawer>
    </>
  );
}
