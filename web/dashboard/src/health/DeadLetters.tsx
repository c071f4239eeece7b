import { Badge, Button, Code, Collapse, Group, NativeSelect, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { RotateCw } from 'lucide-react';
import type { ListedDeadLetter } from 'parley-client';
import { English } from 'parley-screen/English.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useList } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useRef, useState } from 'react';
import { lineOf, usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { PROJECT, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { HEALTH_COMMANDS } from './commandList.js';
import { useText } from './texts.js';

const PAGE = 50;

/** The messages that were given up, with their errors; owners of the project send them again. */
export function DeadLetters() {
  const t = useText();
  const words = useWords();
  const { parley, serviceId } = useSession();
  const attempt = useAttempt();
  const [queue, setQueue] = useState('');
  const mayRedrive = serviceId === PROJECT;
  const { value, error, retry, isLoading, more } = useList(
    () =>
      parley.health().deadLetters({
        pageSize: PAGE,
        ...(queue && { queue }),
        ...(!mayRedrive && { serviceId }),
      }),
    [parley, queue, mayRedrive, serviceId],
  );
  const letters = value?.items;
  const [isRedriving, setIsRedriving] = useState(false);
  const queues = [...new Set(letters?.map((each) => each.queue) ?? [])];

  async function redrive(asked: { ids: string[] } | { queue: string }): Promise<void> {
    setIsRedriving(true);
    await attempt(async () => {
      const { redriven, refused } = await parley.health().redrive(asked);
      notifications.show({
        color: refused.length > 0 ? 'orange' : 'teal',
        message: (
          <>
            {t('health.redriven', { count: redriven })}{' '}
            <English>{refused.map(({ id, why }) => `${id}: ${why}`).join(' ')}</English>
          </>
        ),
      });
    });
    setIsRedriving(false);
  }

  const select = useRef<HTMLSelectElement>(null);
  const lines = usePageLines();
  usePageCommands(HEALTH_COMMANDS, {
    'health.queue': { run: () => select.current?.focus() },
    'health.show': lines.act('show'),
    ...(mayRedrive && {
      'health.redrive': lines.act('redrive'),
      'health.redriveAll': {
        run: () => redrive({ queue }),
        isShown: !isRedriving,
        why: queue ? undefined : t('health.queueFirst'),
        ...(queue && { text: t('health.redriveAll', { queue }) }),
      },
    }),
  });

  return (
    <Paper withBorder p="md" component="section" aria-label={t('health.deadLetters')}>
      <Stack {...lines.around} gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('health.deadLetters')}
          </Title>
          <Group gap="xs">
            <NativeSelect
              ref={select}
              aria-label={t('health.queue')}
              size="xs"
              data={[{ value: '', label: t('health.allQueues') }, ...new Set([...queues, ...(queue ? [queue] : [])])]}
              value={queue}
              onChange={(event) => setQueue(event.currentTarget.value)}
            />
            {mayRedrive && queue && (
              <Button size="xs" variant="default" loading={isRedriving} onClick={() => redrive({ queue })}>
                {t('health.redriveAll', { queue })}
              </Button>
            )}
          </Group>
        </Group>
        {error && <Failure error={error} onRetry={retry} />}
        {!letters && !error && <Loading />}
        {letters?.length === 0 && <Empty>{t('health.noLetters')}</Empty>}
        {letters && letters.length > 0 && (
          <Table verticalSpacing="xs">
            <Table.Tbody>
              {letters.map((letter) => (
                <Letter
                  key={letter.letterId}
                  letter={letter}
                  onRedrive={mayRedrive ? () => redrive({ ids: [letter.letterId] }) : undefined}
                />
              ))}
            </Table.Tbody>
          </Table>
        )}
        {(value?.hasMore || isLoading) && (
          <Button data-act="more" variant="default" size="xs" loading={isLoading} onClick={more}>
            {words('words.more')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

function Letter({ letter, onRedrive }: { letter: ListedDeadLetter; onRedrive: (() => Promise<void>) | undefined }) {
  const t = useText();
  const times = useTimes();
  const [isOpen, { toggle }] = useDisclosure();
  const { queue, error, attempts, parkedAt, payload, redrivenAt, serviceId } = letter;
  return (
    <Table.Tr {...lineOf(letter.letterId)}>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Group gap="xs">
          <Text fw={500} size="sm">
            {queue}
          </Text>
          <Badge size="sm" variant="light" color="red" c="var(--mantine-color-text)" tt="none">
            {t(`health.code.${error.code}`)}
          </Badge>
          {redrivenAt && (
            <Badge size="sm" variant="light" c="var(--mantine-color-text)" tt="none">
              {t('health.redrivenAt', { at: times.short(redrivenAt) })}
            </Badge>
          )}
        </Group>
        <Text size="sm">
          <English>{error.message}</English>
        </Text>
        <Text size="xs" c="dimmed">
          {t('health.parked', { at: times.full(parkedAt), attempts })}
          {serviceId !== undefined && ` · ${serviceId}`}
        </Text>
        <Button data-act="show" size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={isOpen}>
          {t(isOpen ? 'health.hide' : 'health.show')}
        </Button>
        <Collapse expanded={isOpen}>
          <Code block dir="ltr">
            {JSON.stringify(payload, null, 2)}
          </Code>
        </Collapse>
      </Table.Td>
      <Table.Td ta="end" w={1}>
        {onRedrive && (
          <Button
            data-act="redrive"
            size="xs"
            variant="default"
            leftSection={<RotateCw size={14} aria-hidden />}
            onClick={onRedrive}
          >
            {t('health.redrive')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
