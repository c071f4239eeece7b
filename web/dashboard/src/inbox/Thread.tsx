import { Box, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { type ChatSession, type MessagesShown, type ReadReceipt, type ShownMessage, seenBy } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useTimes } from 'parley-screen/times.js';
import classes from './inbox.module.css';

const EVENTS: Record<NonNullable<ShownMessage['event']>, string> = {
  created: 'The chat was created.',
  joined: 'Somebody joined.',
  left: 'Somebody left.',
  removed: 'Somebody was removed.',
  renamed: 'The chat was renamed.',
  role: 'A role was changed.',
  opened: 'The case was opened.',
  closed: 'The case was closed.',
  muted: 'Somebody was muted for a minute.',
  invited: 'Somebody was invited.',
};

interface Props {
  session: ChatSession;
  shown: MessagesShown;
  horizons: Map<string, ReadReceipt>;
  person: string;
}

type Place = Omit<Props, 'shown'>;

export function Thread({ session, shown, horizons, person }: Props) {
  const attempt = useAttempt();
  return (
    <div className={classes.thread}>
      <Stack gap="xs" p="md" role="log" aria-label={`Messages with ${person}`}>
        {shown.hasOlder && (
          <Button variant="subtle" onClick={() => attempt(() => session.messages.older())}>
            Show older messages
          </Button>
        )}
        {shown.messages.map((message) => (
          <Line key={message.id} session={session} message={message} horizons={horizons} person={person} />
        ))}
      </Stack>
    </div>
  );
}

function Line({ session, message, horizons, person }: Place & { message: ShownMessage }) {
  const times = useTimes();
  if (message.event) {
    return (
      <Text size="xs" c="dimmed" ta="center">
        {EVENTS[message.event]}
      </Text>
    );
  }
  const isOurs = message.senderId.startsWith('service:');
  return (
    <Group justify={isOurs ? 'flex-end' : 'flex-start'}>
      <Paper withBorder px="sm" py={6} maw="80%" bg={isOurs ? 'var(--mantine-primary-color-light)' : ''}>
        {message.campaignId !== undefined && (
          <Text size="xs" c="dimmed">
            Campaign
          </Text>
        )}
        {message.deletedAt ? (
          <Text c="dimmed" fs="italic">
            This message was deleted.
          </Text>
        ) : (
          <Text className={classes.text ?? ''}>{message.body}</Text>
        )}
        {message.attachments?.map(({ path, name }) => (
          <Text key={path} size="sm">
            📎 {name}
          </Text>
        ))}
        <Group gap="xs" justify="flex-end">
          {message.editedAt && <Text size="xs">edited</Text>}
          {message.createdAt && (
            <Text size="xs" c="dimmed" title={times.full(message.createdAt)}>
              {times.short(message.createdAt)}
            </Text>
          )}
          {isOurs && <Standing session={session} message={message} horizons={horizons} person={person} />}
        </Group>
      </Paper>
    </Group>
  );
}

/** What became of one's own message. */
function Standing({ session, message, horizons, person }: Place & { message: ShownMessage }) {
  const attempt = useAttempt();
  if (message.state === 'sending') return <Text size="xs">sending…</Text>;
  if (message.state === 'refused') {
    return (
      <Box>
        <Text size="xs" c="red" role="alert">
          {message.error?.message ?? 'It was refused.'}
        </Text>
        <Button size="compact-xs" onClick={() => attempt(() => session.posting.retry(message.id).sent)}>
          Try again
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => session.posting.discard(message.id)}>
          Discard
        </Button>
      </Box>
    );
  }
  const isSeen = seenBy(horizons, message).length > 0;
  return isSeen ? (
    <Text size="xs" title={`${person} has read it`}>
      read
    </Text>
  ) : null;
}
