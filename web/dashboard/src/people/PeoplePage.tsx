import { Anchor, Badge, Button, Group, Stack, Table, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Search, Upload } from 'lucide-react';
import type { ServiceUser } from 'parley-client';
import { useList } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useRef, useState } from 'react';
import { lineOf, usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAdmin, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { PEOPLE_COMMANDS } from './commandList.js';
import { ImportPanel } from './ImportPanel.js';
import { useText } from './texts.js';

const PAGE = 50;
const SETTLED_MS = 300;

interface PeopleSearch {
  q?: string;
  tag?: string;
  import?: boolean;
}

/** The people of the service: search them, open one, import a file of them. */
export function PeoplePage() {
  const t = useText();
  const { role } = useSession();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as PeopleSearch;
  const go = (changes: PeopleSearch): void => {
    const all = { ...search, ...changes };
    const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value));
    void navigate({ to: '/people', search: kept as never, replace: true });
  };
  // The address follows what is typed, and comes too late to lead it.
  const [text, setText] = useState(String(search.q ?? ''));
  const showTag: OnTag = (tag) => {
    setText('');
    go({ tag, q: '' });
  };
  const showAll = (): void => go({ tag: '' });
  const beginImport = (): void => go({ import: true });
  const field = useRef<HTMLInputElement>(null);
  const lines = usePageLines();
  const isImporting = Boolean(search.import && isAdmin(role));
  usePageCommands(PEOPLE_COMMANDS, {
    'people.find': { run: () => field.current?.focus(), isShown: !isImporting },
    'people.open': lines.act('open'),
    'people.allTags': { run: showAll, isShown: !isImporting && Boolean(search.tag) },
    'people.import': { run: beginImport, isShown: isAdmin(role) && !search.import },
  });
  return (
    <Stack {...lines.around} p="md" maw={1100}>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('people.title')}
        </Title>
        {isAdmin(role) && !search.import && (
          <Button variant="default" leftSection={<Upload size={16} aria-hidden />} onClick={beginImport}>
            {t('people.import')}
          </Button>
        )}
      </Group>
      {isImporting ? (
        <ImportPanel onClose={() => go({ import: false })} />
      ) : (
        <>
          <TextInput
            ref={field}
            label={t('people.search')}
            description={t('people.searchHint')}
            leftSection={<Search size={16} aria-hidden />}
            type="search"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              go({ q: event.currentTarget.value, tag: '' });
            }}
          />
          {search.tag && (
            <Group gap="xs">
              <Badge tt="none" size="lg" variant="light">
                {search.tag}
              </Badge>
              <Button size="compact-sm" variant="subtle" onClick={showAll}>
                {t('people.allTags')}
              </Button>
            </Group>
          )}
          {text.trim() ? <Found text={text.trim()} onTag={showTag} /> : <Everybody tag={search.tag} onTag={showTag} />}
        </>
      )}
    </Stack>
  );
}

type OnTag = (tag: string) => void;

function Found({ text, onTag }: { text: string; onTag: OnTag }) {
  const t = useText();
  const { dashboard, serviceId } = useSession();
  const [asked] = useDebouncedValue(text, SETTLED_MS);
  const { data, error, refetch } = useQuery({
    queryKey: ['findPeople', serviceId, asked],
    queryFn: () => dashboard.findPeople(asked, { pageSize: PAGE }),
  });
  if (error) return <Failure error={error} onRetry={refetch} />;
  if (!data) return <Loading />;
  if (data.length === 0) return <Empty>{t('people.nobodyFound', { text: asked })}</Empty>;
  return <PeopleRows people={data} onTag={onTag} />;
}

function Everybody({ tag, onTag }: { tag: string | undefined; onTag: OnTag }) {
  const t = useText();
  const words = useWords();
  const { dashboard } = useSession();
  const { value, error, retry, isLoading, more } = useList(
    () => dashboard.people({ pageSize: PAGE, ...(tag ? { tag } : {}) }),
    [dashboard, tag],
  );
  if (error) return <Failure error={error} onRetry={retry} />;
  if (!value) return <Loading />;
  if (value.items.length === 0) return <Empty>{t(tag ? 'people.nobodyTagged' : 'people.nobody')}</Empty>;
  return (
    <>
      <PeopleRows people={value.items} onTag={onTag} />
      {(value.hasMore || isLoading) && (
        <Button data-act="more" variant="default" loading={isLoading} onClick={more}>
          {words('words.more')}
        </Button>
      )}
    </>
  );
}

function PeopleRows({ people, onTag }: { people: readonly ServiceUser[]; onTag: OnTag }) {
  const t = useText();
  const words = useWords();
  return (
    <Table highlightOnHover verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{words('words.name')}</Table.Th>
          <Table.Th visibleFrom="xs">{t('people.phone')}</Table.Th>
          <Table.Th visibleFrom="md">{t('people.email')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('people.tags')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {people.map(({ uid, displayName, phone, email, tags }) => (
          <Table.Tr key={uid} {...lineOf(uid)}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Anchor
                data-act="open"
                inherit
                renderRoot={(props) => <Link to="/people/$userId" params={{ userId: uid }} {...props} />}
              >
                {displayName || uid}
              </Anchor>
            </Table.Td>
            <Table.Td visibleFrom="xs" dir="ltr">
              {phone}
            </Table.Td>
            <Table.Td visibleFrom="md" style={{ overflowWrap: 'anywhere' }}>
              {email}
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Group gap={4}>
                {(tags ?? []).map((tag) => (
                  <Badge
                    key={tag}
                    component="button"
                    type="button"
                    variant="light"
                    tt="none"
                    style={{ cursor: 'pointer' }}
                    onClick={() => onTag(tag)}
                  >
                    {tag}
                  </Badge>
                ))}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
