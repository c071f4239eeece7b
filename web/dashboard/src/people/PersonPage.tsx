import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Table, Text, Title, useDirection } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, MessageSquare } from 'lucide-react';
import type { ServiceUser } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAgent, isOwner, PROJECT, useSession } from '../session/session.js';
import { AttributesEditor } from './AttributesEditor.js';
import { BanSection } from './BanSection.js';
import { CampaignsOfPerson } from './CampaignsOfPerson.js';
import { ConsentHistory, Consents } from './Consents.js';
import { PERSON_COMMANDS } from './commandList.js';
import { DevicesOfPerson } from './DevicesOfPerson.js';
import { TagsEditor } from './TagsEditor.js';
import { useText } from './texts.js';

/** One person: contact, attributes, tags, consents with their history, campaigns, and devices. */
export function PersonPage() {
  const t = useText();
  const { userId } = useParams({ from: '/people/$userId' });
  const { dashboard } = useSession();
  const { value, error, retry } = useLive(() => dashboard.person(userId), [dashboard, userId]);
  if (error) return <Failure error={error} onRetry={retry} />;
  if (value === undefined) return <Loading />;
  if (value === null) {
    return (
      <Empty
        action={<Anchor renderRoot={(props) => <Link to="/people" {...props} />}>{t('people.backToList')}</Anchor>}
      >
        {t('people.unknown', { uid: userId })}
      </Empty>
    );
  }
  return <Person key={userId} person={value} />;
}

function Person({ person }: { person: ServiceUser }) {
  const t = useText();
  const { uid, displayName } = person;
  const { role, serviceId } = useSession();
  const navigate = useNavigate();
  const lines = usePageLines();
  usePageCommands(PERSON_COMMANDS, {
    'people.back': { run: () => navigate({ to: '/people' }) },
    'people.changes': { run: () => navigate({ to: '/audit', search: { target: uid } as never }) },
    'people.explain': lines.act('explain'),
  });
  const Back = useDirection().dir === 'rtl' ? ArrowRight : ArrowLeft;
  return (
    <Stack {...lines.around} p="md" maw={1200}>
      <Group justify="space-between">
        <div>
          <Anchor size="sm" renderRoot={(props) => <Link to="/people" {...props} />}>
            <Back size={14} aria-hidden /> {t('people.title')}
          </Anchor>
          <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {displayName || uid}
          </Title>
        </div>
        <OpenCase uid={uid} />
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Section title={t('people.contact')}>
          <Contact person={person} />
        </Section>
        <Section title={t('people.tags')}>
          <TagsEditor person={person} />
        </Section>
        <Section title={t('people.attributes')}>
          <AttributesEditor person={person} />
        </Section>
        <Section title={t('people.consents')}>
          <Consents person={person} />
        </Section>
        <Section title={t('people.history')}>
          <ConsentHistory uid={uid} />
        </Section>
        <Section title={t('people.campaigns')}>
          <CampaignsOfPerson uid={uid} />
        </Section>
        <Section title={t('people.devices')}>
          <DevicesOfPerson uid={uid} />
        </Section>
        {serviceId === PROJECT && isOwner(role) && (
          <Section title={t('people.banSection')}>
            <BanSection uid={uid} />
          </Section>
        )}
      </SimpleGrid>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}

function Contact({ person }: { person: ServiceUser }) {
  const t = useText();
  const times = useTimes();
  const { uid, phone, email, locale, timeZone, createdAt, lastSeenAt } = person;
  const rows: [string, string | undefined][] = [
    [t('people.id'), uid],
    [t('people.phone'), phone],
    [t('people.email'), email],
    [t('people.locale'), locale],
    [t('people.timeZone'), timeZone],
    [t('people.since'), createdAt && times.full(createdAt)],
    [t('people.lastSeen'), lastSeenAt && times.full(lastSeenAt)],
  ];
  return (
    <>
      <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing={0}>
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={400} c="dimmed" pe="sm">
                {label}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <bdi>{value ?? '–'}</bdi>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        {t('people.contactHint')}
      </Text>
      <Anchor size="sm" renderRoot={(props) => <Link to="/audit" search={{ target: uid } as never} {...props} />}>
        {t('people.changes')}
      </Anchor>
    </>
  );
}

function OpenCase({ uid }: { uid: string }) {
  const t = useText();
  const attempt = useAttempt();
  const navigate = useNavigate();
  const { dashboard, role } = useSession();
  const open = () =>
    attempt(async () => {
      const { chatId } = await dashboard.open(uid);
      await navigate({ to: '/inbox/$chatId', params: { chatId } });
    });
  usePageCommands(PERSON_COMMANDS, { 'people.openCase': { run: open, isShown: isAgent(role) } });
  if (!isAgent(role)) return null;
  return (
    <Button variant="default" leftSection={<MessageSquare size={16} aria-hidden />} onClick={open}>
      {t('people.openCase')}
    </Button>
  );
}
