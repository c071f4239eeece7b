import { Alert, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import type { Drifted } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from './texts.js';

interface Found {
  checked: number;
  repaired: number;
  drifted: number;
  unreadable: number;
  /** Up to five of each kind on a page. */
  drifts: Drifted[];
  isRepair: boolean;
}

/** Recount what is derived, page by page, and show what has drifted; the second button corrects it. */
export function Drift() {
  const t = useText();
  const { parley } = useSession();
  const attempt = useAttempt();
  const [found, setFound] = useState<Found>();
  const [running, setRunning] = useState<'look' | 'repair'>();
  // A later recount, or leaving the page, ends an earlier one at its next page.
  const round = useRef(0);
  useEffect(
    () => () => {
      round.current += 1;
    },
    [],
  );

  async function recount(repair: boolean): Promise<void> {
    round.current += 1;
    const mine = round.current;
    setRunning(repair ? 'repair' : 'look');
    await attempt(async () => {
      const all: Found = { checked: 0, repaired: 0, drifted: 0, unreadable: 0, drifts: [], isRepair: repair };
      let cursor: string | undefined;
      do {
        const page = await parley.health().reconcile({ repair, ...(cursor !== undefined && { cursor }) });
        if (mine !== round.current) return;
        all.checked += page.checked;
        all.repaired += page.repaired;
        all.drifted += page.drifted;
        all.unreadable += page.unreadable.length;
        all.drifts = [...all.drifts, ...page.drifts];
        cursor = page.nextCursor;
        setFound({ ...all });
      } while (cursor !== undefined);
    });
    if (mine === round.current) setRunning(undefined);
  }

  return (
    <Paper withBorder p="md" component="section" aria-label={t('health.drift')}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('health.drift')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('health.driftHint')}
        </Text>
        <Group>
          <Button variant="default" size="xs" loading={running === 'look'} onClick={() => recount(false)}>
            {t('health.recount')}
          </Button>
          {found && !found.isRepair && found.drifted > 0 && (
            <Button size="xs" loading={running === 'repair'} onClick={() => recount(true)}>
              {t('health.repair', { count: found.drifted })}
            </Button>
          )}
        </Group>
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
        {found && found.drifts.length > 0 && (
          <Table verticalSpacing={4} aria-label={t('health.drift')}>
            <Table.Tbody>
              {found.drifts.map(({ kind, path, found: is, expected }) => (
                <Table.Tr key={`${kind} ${path}`}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    <Text size="sm">{kind}</Text>
                    <Text size="xs" c="dimmed" dir="ltr">
                      {path}
                    </Text>
                  </Table.Td>
                  <Table.Td>{t('health.shouldBe', { found: String(is), expected: String(expected) })}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
    </Paper>
  );
}
