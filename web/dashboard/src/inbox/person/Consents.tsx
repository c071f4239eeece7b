import { Badge, Group, Text } from '@mantine/core';
import type { ServiceUser } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import classes from './PersonPanel.module.css';

/** What the person agreed to and withdrew, the newest first. */
export function Consents({ person }: { person: ServiceUser }) {
  const t = useText();
  const times = useTimes();
  const { dashboard } = useSession();
  const { uid, consents = {} } = person;
  const { value: history, error } = useLive(() => dashboard.consentHistory(uid), [dashboard, uid]);
  const current = Object.entries(consents).flatMap(([channel, purposes]) =>
    Object.entries(purposes ?? {}).map(([purpose, consent]) => ({ channel, purpose, granted: consent.granted })),
  );

  return (
    <>
      {current.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('consent.default')}
        </Text>
      )}
      <Group gap={4}>
        {current.map(({ channel, purpose, granted }) => (
          <Badge key={`${channel} ${purpose}`} size="sm" tt="none" variant="light" color={granted ? 'teal' : 'red'}>
            {t(granted ? 'consent.granted' : 'consent.withdrawn', { channel, purpose: purposeText(t, purpose) })}
          </Badge>
        ))}
      </Group>
      <Text size="xs" fw={600} mt="sm" mb={4}>
        {t('consent.history')}
      </Text>
      {error && <Failure error={error} />}
      {!history && !error && <Loading />}
      {history?.size === 0 && (
        <Text size="sm" c="dimmed">
          {t('consent.none')}
        </Text>
      )}
      <ul className={classes.list}>
        {[...(history ?? [])].map(([id, { channel, purpose, granted, source, at }]) => (
          <li key={id}>
            {t(granted ? 'consent.granted' : 'consent.withdrawn', { channel, purpose: purposeText(t, purpose) })}
            <Text size="xs" c="dimmed">
              {times.full(at)} · {t('consent.source', { source })}
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}

function purposeText(t: ReturnType<typeof useText>, purpose: string): string {
  return t(purpose === 'marketing' ? 'consent.marketing' : 'consent.transactional');
}
