import { Alert, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { Drifted } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useEffect, useRef, useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useSession } from '../session/session.js';
import { HEALTH_COMMANDS } from './commandList.js';
import { LastRecount } from './LastRecount.js';
import { beginRecount, type Recount, recount } from './recount.js';
import { useText } from './texts.js';
import { HEALTH } from './useHealth.js';

/** Recount what is derived, page by page, and show what has drifted; the second button corrects it. */
export function Drift() {
  const t = useText();
  const { found, running, pause, run } = useRecount();
  const isUnfinished = found?.cursor !== undefined && !running;
  const look = () => run(beginRecount(false));
  const repair = () => run(beginRecount(true));
  usePageCommands(HEALTH_COMMANDS, {
    'health.recount': { run: look, isShown: !running },
    'health.goOn': { run: () => found && run(found), isShown: isUnfinished },
    'health.repair': { run: repair, isShown: !running && found !== undefined && !found.isRepair && found.drifted > 0 },
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('health.drift')}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('health.drift')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('health.driftHint')}
        </Text>
        <LastRecount />
        <Group>
          <Button variant="default" size="xs" loading={running && !found?.isRepair} onClick={look}>
            {t('health.recount')}
          </Button>
          {isUnfinished && (
            <Button variant="default" size="xs" onClick={() => run(found)}>
              {t('health.goOn')}
            </Button>
          )}
          {found && (found.isRepair ? running : found.drifted > 0) && (
            <Button size="xs" loading={running && found.isRepair} onClick={repair}>
              {t('health.repair', { count: found.drifted })}
            </Button>
          )}
        </Group>
        {pause !== undefined && (
          <Text size="sm" c="dimmed">
            {t('health.pause', { seconds: pause })}
          </Text>
        )}
        {found && (
          <Alert color={found.drifted > found.repaired || found.unreadable > 0 ? 'orange' : 'teal'} role="status">
            {t('health.driftResult', {
              checked: found.checked,
              count: found.drifted,
              unreadable: found.unreadable,
              repaired: found.repaired,
            })}
          </Alert>
        )}
        {found && found.drifts.length > 0 && <Drifts drifts={found.drifts} />}
      </Stack>
    </Paper>
  );
}

/** `pause`: how many seconds the server asks to wait at the moment. */
function useRecount() {
  const { parley } = useSession();
  const attempt = useAttempt();
  const queries = useQueryClient();
  const [found, setFound] = useState<Recount>();
  const [running, setRunning] = useState(false);
  const [pause, setPause] = useState<number>();
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);

  /** Begin, or go on; a later recount, or leaving the page, ends an earlier one. */
  async function run(from: Recount): Promise<void> {
    ending.current?.abort();
    const mine = new AbortController();
    const { signal } = mine;
    ending.current = mine;
    setRunning(true);
    setPause(undefined);
    setFound(from);
    await attempt(() =>
      recount(from, {
        ask: (asked) => parley.health().reconcile(asked),
        async wait(seconds) {
          setPause(seconds);
          await rest(seconds, signal);
          if (!signal.aborted) setPause(undefined);
        },
        onFound: setFound,
        signal,
      }),
    );
    if (signal.aborted) return;
    setRunning(false);
    await queries.invalidateQueries({ queryKey: HEALTH });
  }

  return { found, running, pause, run };
}

function rest(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1_000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function Drifts({ drifts }: { drifts: Drifted[] }) {
  const t = useText();
  return (
    <Table verticalSpacing={4} aria-label={t('health.drift')}>
      <Table.Tbody>
        {drifts.map(({ kind, path, found, expected }) => (
          <Table.Tr key={`${kind} ${path}`}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Text size="sm">{kind}</Text>
              <Text size="xs" c="dimmed" dir="ltr">
                {path}
              </Text>
            </Table.Td>
            <Table.Td>{t('health.shouldBe', { found: String(found), expected: String(expected) })}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
