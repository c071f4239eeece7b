import { Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import type { Cast } from '../cast/cast.js';
import { useText } from '../texts.js';
import { type Channel, setFaults } from './standIns.js';

const CHANNELS: Channel[] = ['push', 'sms', 'mail'];

/** The same calls meet a fault each time. */
const SEED = 'demo';

/** An SMTP server has codes of its own: 451 is a passing refusal. */
const FAULTS = {
  none: () => [],
  busy: (channel: Channel) => [{ rate: 0.5, status: channel === 'mail' ? 451 : 503, seed: SEED }],
  limit: (channel: Channel) => [
    channel === 'mail' ? { rate: 1, status: 421 } : { rate: 1, status: 429, retryAfter: 2 },
  ],
  lost: () => [{ rate: 1 / 3, dropAnswer: true, seed: SEED }],
  slow: () => [{ rate: 1, delayMs: 2_000 }],
} satisfies Record<string, (channel: Channel) => object[]>;
type Fault = keyof typeof FAULTS;

/** What the vendors' stand-ins do wrong, for each channel. */
export function FaultsPanel({ cast }: { cast: Cast }) {
  const t = useText();
  const attempt = useAttempt();
  const [chosen, setChosen] = useState<Record<Channel, Fault>>({ push: 'none', sms: 'none', mail: 'none' });

  async function choose(channel: Channel, fault: Fault): Promise<void> {
    const isSet = await attempt(() => setFaults(cast.emulators, channel, FAULTS[fault](channel)));
    if (isSet) setChosen((before) => ({ ...before, [channel]: fault }));
  }

  return (
    <Paper withBorder p="md" component="section" aria-labelledby="faults">
      <Stack gap="xs">
        <Title order={2} size="h4" id="faults">
          {t('faults.title')}
        </Title>
        <Text size="xs" c="dimmed">
          {t('faults.hint')}
        </Text>
        {CHANNELS.map((channel) => (
          <Select
            key={channel}
            size="xs"
            label={t(`outbox.${channel}`)}
            data={Object.keys(FAULTS).map((value) => ({ value, label: t(`faults.${value as Fault}`) }))}
            value={chosen[channel]}
            allowDeselect={false}
            onChange={(value) => value && choose(channel, value as Fault)}
          />
        ))}
      </Stack>
    </Paper>
  );
}
