import { Text } from '@mantine/core';
import { useTimes } from 'parley-screen/times.js';
import { useText } from './texts.js';
import { useHealth } from './useHealth.js';

/** What the last recount of the whole project found, by this page or the command line. */
export function LastRecount() {
  const t = useText();
  const times = useTimes();
  const { data } = useHealth();
  if (!data) return null;
  if (!data.recount) return <Text size="sm">{t('health.neverRecounted')}</Text>;
  const { at, checked, drift, drifted, repaired, unreadable } = data.recount;
  const kinds = Object.entries(drift).map(([kind, count]) => `${kind} ${count}`);
  return (
    <Text size="sm" fw={drifted > repaired ? 600 : 400}>
      {t('health.lastRecount', {
        at: times.full(new Date(at)),
        checked,
        count: drifted,
        repaired,
        unreadable,
      })}{' '}
      {kinds.length > 0 && <bdi>({kinds.join(', ')})</bdi>}
    </Text>
  );
}
