import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useState } from 'react';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import classes from './PersonPanel.module.css';

const COLOURS: Record<string, string> = {
  sent: 'blue',
  delivered: 'teal',
  read: 'teal',
  replied: 'green',
  failed: 'red',
  unknown: 'orange',
  skipped: 'gray',
};

/** The campaigns that the person got, and those that they did not, with the reason. */
export function Campaigns({ userId }: { userId: string }) {
  const t = useText();
  const times = useTimes();
  const { dashboard, serviceId } = useSession();
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['campaignsOf', serviceId, userId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => dashboard.campaignsOf(userId, pageParam),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const campaigns = data?.pages.flatMap((page) => page.campaigns);

  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!campaigns) return <Loading />;
  return (
    <>
      {campaigns.length === 0 && !hasNextPage && (
        <Text size="sm" c="dimmed">
          {t('person.noCampaigns')}
        </Text>
      )}
      <ul className={classes.list}>
        {campaigns.map(({ campaignId, name, inAudience, state, reason, at }) => (
          <li key={campaignId}>
            <Group justify="space-between" wrap="nowrap" gap={6}>
              <Anchor
                size="sm"
                truncate
                renderRoot={(props) => <Link to="/campaigns/$campaignId" params={{ campaignId }} {...props} />}
              >
                {name}
              </Anchor>
              <Badge size="xs" tt="none" variant="light" color={COLOURS[state ?? ''] ?? 'gray'}>
                {inAudience ? state : t('person.notInAudience')}
              </Badge>
            </Group>
            <Text size="xs" c="dimmed">
              {[reason, at && times.full(new Date(at))].filter(Boolean).join(' · ')}
            </Text>
            <Explained campaignId={campaignId} userId={userId} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button size="compact-xs" variant="subtle" loading={isFetching} onClick={() => void fetchNextPage()}>
          {t('person.more')}
        </Button>
      )}
    </>
  );
}

/** Why the person got the campaign or not, in the server's words. */
function Explained({ campaignId, userId }: { campaignId: string; userId: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const [isAsked, setIsAsked] = useState(false);
  const { data, error, isFetching } = useQuery({
    queryKey: ['explained', campaignId, userId],
    enabled: isAsked,
    queryFn: () => dashboard.explainRecipient(campaignId, userId),
  });
  if (!isAsked) {
    return (
      <Button size="compact-xs" variant="subtle" ms={-6} onClick={() => setIsAsked(true)}>
        {t('person.explain')}
      </Button>
    );
  }
  if (error) return <Failure error={error} />;
  if (isFetching || !data) return <Loading />;
  return (
    <Text size="xs" mt={4} role="status">
      {data.text}
    </Text>
  );
}
