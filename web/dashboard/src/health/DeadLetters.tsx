import { Badge, Button, Code, Collapse, Group, NativeSelect, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { DeadLetter } from 'parley-client';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useState } from 'react';
import { useWords } from '../words/words.js';
import { useText } from './texts.js';
import { useDeadLetters } from './useDeadLetters.js';

/** The messages that were given up, with their errors. */
export function DeadLetters() {
  const t = useText();
  const words = useWords();
  const [queue, setQueue] = useState('');
  const { letters, error, hasMore, more } = useDeadLetters(queue || undefined);
  const queues = [...new Set(letters?.map((each) => each.queue) ?? [])];

  return (
    <Paper withBorder p="md" component="section" aria-label={t('health.deadLetters')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('health.deadLetters')}
          </Title>
          <Group gap="xs">
            <NativeSelect
              aria-label={t('health.queue')}
              size="xs"
              data={[{ value: '', label: t('health.allQueues') }, ...new Set([...queues, ...(queue ? [queue] : [])])]}
              value={queue}
              onChange={(event) => setQueue(event.currentTarget.value)}
            />
          </Group>
        </Group>
        {error && <Failure error={error} />}
        {!letters && !error && <Loading />}
        {letters?.length === 0 && <Empty>{t('health.noLetters')}</Empty>}
        {letters && letters.length > 0 && (
          <Table verticalSpacing="xs">
            <Table.Tbody>
              {letters.map((letter) => (
                <Letter key={letter.letterId} letter={letter} />
              ))}
            </Table.Tbody>
          </Table>
        )}
        {hasMore && (
          <Button variant="default" size="xs" onClick={more}>
            {words('words.more')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

function Letter({ letter }: { letter: DeadLetter }) {
  const t = useText();
  const times = useTimes();
  const [isOpen, { toggle }] = useDisclosure();
  const { queue, error, attempts, parkedAt, payload, redrivenAt, serviceId } = letter;
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Group gap="xs">
          <Text fw={500} size="sm">
            {queue}
          </Text>
          <Badge size="sm" variant="light" color="red" tt="none">
            {t(`health.code.${error.code}`)}
          </Badge>
          {redrivenAt && (
            <Badge size="sm" variant="light" tt="none">
              {t('health.redrivenAt', { at: times.short(redrivenAt) })}
            </Badge>
          )}
        </Group>
        <Text size="sm" lang="en">
          {error.message}
        </Text>
        <Text size="xs" c="dimmed">
          {t('health.parked', { at: times.full(parkedAt), attempts })}
          {serviceId !== undefined && ` · ${serviceId}`}
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={isOpen}>
          {t(isOpen ? 'health.hide' : 'health.show')}
        </Button>
        <Collapse expanded={isOpen}>
          <Code block dir="ltr">
            {JSON.stringify(payload, null, 2)}
          </Code>
        </Collapse>
      </Table.Td>
    </Table.Tr>
  );
}
