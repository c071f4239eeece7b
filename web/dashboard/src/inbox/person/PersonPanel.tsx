import { Accordion, Anchor, Avatar, CloseButton, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ServiceUser } from 'parley-client';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { lazy, memo, Suspense, useState } from 'react';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import { Attributes } from './Attributes.js';
import { CaseHistory } from './CaseHistory.js';
import type { KnownPart } from './KnownOfPerson.js';
import classes from './PersonPanel.module.css';

const KnownOfPerson = lazy(() => import('./KnownOfPerson.js'));

interface Props {
  userId: string;
  chatId: string;
  onClose(): void;
}

/** Who the case is about: what the service knows, what they agreed to, and what they got. */
export const PersonPanel = memo(function PersonPanel({ userId, chatId, onClose }: Props) {
  const t = useText();
  const times = useTimes();
  const { dashboard } = useSession();
  const { value: person, error, retry } = useLive(() => dashboard.person(userId), [dashboard, userId]);
  const [opened, setOpened] = useState<string[]>(['attributes', 'campaigns']);

  return (
    <aside className={classes.panel} aria-label={t('person.title')}>
      <Group className={classes.head ?? ''} justify="space-between" wrap="nowrap">
        <Text component="h3" fw={650} size="sm">
          {t('person.title')}
        </Text>
        <CloseButton size="sm" aria-label={t('person.hide')} onClick={onClose} />
      </Group>
      {error && <Failure error={error} onRetry={retry} />}
      {person === undefined && !error && <Loading />}
      {person === null && (
        <Text p="md" size="sm" c="dimmed">
          {t('person.none')}
        </Text>
      )}
      {person && (
        <>
          <div className={classes.who}>
            <Avatar name={person.displayName} color="initials" size={52} alt="" />
            <Text fw={650} dir="auto">
              {person.displayName}
            </Text>
            {person.lastSeenAt && (
              <Text size="xs" c="dimmed">
                {t('person.seen', { time: times.ago(person.lastSeenAt) })}
              </Text>
            )}
            <Anchor size="xs" renderRoot={(props) => <Link to="/people/$userId" params={{ userId }} {...props} />}>
              {t('person.open')}
            </Anchor>
          </div>
          <Accordion multiple value={opened} onChange={setOpened} classNames={{ label: classes.label ?? '' }}>
            <Accordion.Item value="attributes">
              <Accordion.Control>{t('person.attributes')}</Accordion.Control>
              <Accordion.Panel>
                <Attributes person={person} />
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="consents">
              <Accordion.Control>{t('person.consents')}</Accordion.Control>
              <Accordion.Panel>{opened.includes('consents') && known(person, 'consents')}</Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="campaigns">
              <Accordion.Control>{t('person.campaigns')}</Accordion.Control>
              <Accordion.Panel>{opened.includes('campaigns') && known(person, 'campaigns')}</Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="cases">
              <Accordion.Control>{t('person.cases')}</Accordion.Control>
              <Accordion.Panel>
                {opened.includes('cases') && <CaseHistory chatId={chatId} person={person} />}
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="devices">
              <Accordion.Control>{t('person.devices')}</Accordion.Control>
              <Accordion.Panel>{opened.includes('devices') && known(person, 'devices')}</Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </>
      )}
    </aside>
  );
});

function known(person: ServiceUser, what: KnownPart) {
  return (
    <Suspense fallback={<Loading />}>
      <KnownOfPerson person={person} what={what} />
    </Suspense>
  );
}
