import { Button, Group, Modal, Switch, Table, Text } from '@mantine/core';
import type { ConsentChange, ServiceUser } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAgent, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { CONSENT_COMMANDS } from './commandList.js';
import { CHANNELS, type Channel, consentOf, PURPOSES, type Purpose } from './consent.js';
import { useText } from './texts.js';

type Asked = Pick<ConsentChange, 'channel' | 'purpose' | 'granted'>;

/** Which messages a person agreed to, by channel and purpose; staff record what they were told. */
export function Consents({ person }: { person: ServiceUser }) {
  const t = useText();
  const words = useWords();
  const attempt = useAttempt();
  const { dashboard, role } = useSession();
  const [asked, setAsked] = useState<Asked>();
  const change = (channel: Channel, purpose: Purpose): void =>
    setAsked({ channel, purpose, granted: !consentOf(person, channel, purpose).granted });
  const act = (channel: Channel, purpose: Purpose) => ({
    run: () => change(channel, purpose),
    isShown: isAgent(role),
  });
  usePageCommands(CONSENT_COMMANDS, {
    'people.consent.chat.marketing': act('chat', 'marketing'),
    'people.consent.chat.transactional': act('chat', 'transactional'),
    'people.consent.push.marketing': act('push', 'marketing'),
    'people.consent.push.transactional': act('push', 'transactional'),
    'people.consent.sms.marketing': act('sms', 'marketing'),
    'people.consent.sms.transactional': act('sms', 'transactional'),
    'people.consent.email.marketing': act('email', 'marketing'),
    'people.consent.email.transactional': act('email', 'transactional'),
  });
  return (
    <>
      <Table verticalSpacing={6} horizontalSpacing={6} style={{ overflowWrap: 'anywhere' }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('people.channel')}</Table.Th>
            {PURPOSES.map((purpose) => (
              <Table.Th key={purpose}>{words(`words.purpose.${purpose}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {CHANNELS.map((channel) => (
            <Table.Tr key={channel}>
              <Table.Th scope="row" fw={400}>
                {words(`words.channel.${channel}`)}
              </Table.Th>
              {PURPOSES.map((purpose) => {
                const { granted, isDefault } = consentOf(person, channel, purpose);
                return (
                  <Table.Td key={purpose}>
                    <Switch
                      aria-label={`${words(`words.channel.${channel}`)}, ${words(`words.purpose.${purpose}`)}`}
                      checked={granted}
                      disabled={!isAgent(role)}
                      onChange={() => change(channel, purpose)}
                    />
                    {isDefault && (
                      <Text size="xs" c="dimmed">
                        {t('people.byDefault')}
                      </Text>
                    )}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Modal opened={asked !== undefined} onClose={() => setAsked(undefined)} title={t('people.recordConsent')}>
        {asked && (
          <>
            <Text>
              {t(asked.granted ? 'people.grants' : 'people.withdraws', {
                channel: words(`words.channel.${asked.channel}`),
                purpose: words(`words.purpose.${asked.purpose}`),
              })}
            </Text>
            <Group mt="md" justify="flex-end">
              <Button variant="default" onClick={() => setAsked(undefined)}>
                {words('words.cancel')}
              </Button>
              <Button
                onClick={() => {
                  setAsked(undefined);
                  void attempt(() => dashboard.updateConsent(person.uid, asked));
                }}
              >
                {t('people.record')}
              </Button>
            </Group>
          </>
        )}
      </Modal>
    </>
  );
}

export function ConsentHistory({ uid }: { uid: string }) {
  const t = useText();
  const words = useWords();
  const times = useTimes();
  const { dashboard } = useSession();
  const { value, error, retry } = useLive(() => dashboard.consentHistory(uid, { pageSize: 50 }), [dashboard, uid]);
  if (error) return <Failure error={error} onRetry={retry} />;
  if (!value) return <Loading />;
  if (value.size === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('people.noHistory')}
      </Text>
    );
  return (
    <Table verticalSpacing={6} aria-label={t('people.history')}>
      <Table.Tbody>
        {[...value].map(([id, { at, channel, purpose, granted, source, by }]) => (
          <Table.Tr key={id}>
            <Table.Td>{times.full(at)}</Table.Td>
            <Table.Td>
              {words(`words.channel.${channel}`)}, {words(`words.purpose.${purpose}`)}:{' '}
              {t(granted ? 'people.granted' : 'people.withdrawn')}
              <Text size="xs" c="dimmed">
                {t(`people.source.${source as 'app'}`)} · <bdi>{by}</bdi>
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
