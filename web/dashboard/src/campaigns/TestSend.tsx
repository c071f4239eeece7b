import { Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { English } from 'parley-screen/English.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useNames } from '../people/known.js';
import { PersonPicker } from '../people/PersonPicker.js';
import { useSession } from '../session/session.js';
import { useReason, useWords } from '../words/words.js';
import { COMPOSING_COMMANDS } from './commandList.js';
import { type Draft, jobOf } from './job.js';
import { useText } from './texts.js';

const MOST = 10;
type Tests = Awaited<ReturnType<ReturnType<typeof useSession>['dashboard']['sendTest']>>['tests'];

/** Send the message to a few people; it counts nowhere. */
export function TestSend({ draft }: { draft: Draft }) {
  const t = useText();
  const { dashboard } = useSession();
  const [uids, setUids] = useState<string[]>([]);
  const [tests, setTests] = useState<Tests>();
  const [isSending, setIsSending] = useState(false);
  const attempt = useAttempt();

  async function send(): Promise<void> {
    setIsSending(true);
    setTests(undefined);
    await attempt(async () => setTests((await dashboard.sendTest(jobOf(draft), uids)).tests));
    setIsSending(false);
  }

  usePageCommands(COMPOSING_COMMANDS, {
    'campaigns.test': {
      run: send,
      isShown: !isSending,
      why: uids.length === 0 ? t('campaigns.testNobody') : undefined,
      text: t('campaigns.testSend', { count: uids.length }),
    },
  });

  return (
    <Paper withBorder p="md" component="section" aria-label={t('campaigns.test')}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('campaigns.test')}
        </Title>
        <PersonPicker
          label={t('campaigns.testTo')}
          description={t('campaigns.testHint')}
          uids={uids}
          max={MOST}
          onChange={setUids}
        />
        <Group>
          <Button variant="default" loading={isSending} disabled={uids.length === 0} onClick={send}>
            {t('campaigns.testSend', { count: uids.length })}
          </Button>
        </Group>
        {tests && <Results tests={tests} />}
      </Stack>
    </Paper>
  );
}

function Results({ tests }: { tests: Tests }) {
  const t = useText();
  const words = useWords();
  const reason = useReason();
  const names = useNames(tests.map(({ userId }) => userId));
  return (
    <List size="sm" role="status">
      {tests.map(({ userId, channel, reason: why, detail }) => (
        <List.Item key={userId}>
          {names.get(userId) ?? userId}:{' '}
          {why ? (
            <Text span c="red">
              {reason(why)} {detail && <English>{detail}</English>}
            </Text>
          ) : (
            t('campaigns.tested', { channel: words(`words.channel.${channel ?? 'chat'}`) })
          )}
        </List.Item>
      ))}
    </List>
  );
}
