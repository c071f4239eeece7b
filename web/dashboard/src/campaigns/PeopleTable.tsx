import { Button, Group, Loader, NativeSelect, Pagination, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { RefreshCw, Search } from 'lucide-react';
import type { CampaignStatus } from 'parley-client';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { type Ref, useCallback, useEffect, useRef, useState } from 'react';
import { usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useNames } from '../people/known.js';
import { useWords } from '../words/words.js';
import { CAMPAIGN_COMMANDS } from './commandList.js';
import { ExportButton } from './ExportButton.js';
import { PeopleRows } from './PeopleRows.js';
import { PASSED } from './progress.js';
import type { Shown } from './results.js';
import { useText } from './texts.js';
import { type PeopleFound, usePeopleSearch } from './usePeopleSearch.js';

const ROWS = 50;

interface Props {
  campaignId: string;
  campaign: CampaignStatus;
}

/** Each person of the campaign, with what became of them and why. */
export function PeopleTable({ campaignId, campaign }: Props) {
  const t = useText();
  const [search, setSearch] = useState<Shown>({ state: '', text: '' });
  const [page, setPage] = useState(1);
  const [known, keep] = useKnownNames();
  const found = usePeopleSearch(campaignId, campaign, search, known);
  const { people, isLoading, refresh } = found;
  const pages = Math.max(1, Math.ceil((people?.length ?? 0) / ROWS));
  const at = Math.min(page, pages);
  const shown = (people ?? []).slice((at - 1) * ROWS, at * ROWS);
  const names = useNames(shown.map(({ userId }) => userId));
  useEffect(() => keep(names), [keep, names]);
  const field = useRef<HTMLInputElement>(null);
  const lines = usePageLines();
  usePageCommands(CAMPAIGN_COMMANDS, {
    'campaigns.refresh': { run: refresh, isShown: !isLoading },
    'campaigns.find': { run: () => field.current?.focus() },
    'campaigns.explain': lines.act('explain'),
    'campaigns.nextPage': { run: () => setPage(at + 1), isShown: at < pages },
    'campaigns.previousPage': { run: () => setPage(at - 1), isShown: at > 1 },
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('campaigns.people')}>
      <Stack {...lines.around} gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('campaigns.people')}
          </Title>
          <Group gap="xs">
            <Button
              variant="default"
              size="xs"
              leftSection={<RefreshCw size={14} aria-hidden />}
              loading={isLoading && people !== undefined}
              onClick={refresh}
            >
              {t('campaigns.refresh')}
            </Button>
            <ExportButton campaignId={campaignId} name={campaign.name} />
          </Group>
        </Group>
        <SearchFields
          field={field}
          search={search}
          onChange={(changes) => {
            setSearch((before) => ({ ...before, ...changes }));
            setPage(1);
          }}
        />
        {found.error && <Failure error={found.error} onRetry={found.hasMore ? found.more : refresh} />}
        {!people && !found.error && <Loading />}
        {shown.length > 0 && <PeopleRows campaignId={campaignId} results={shown} names={found.names} />}
        {people?.length === 0 && <Nobody found={found} />}
        <Group justify="space-between">
          {pages > 1 && (
            <Pagination
              total={pages}
              value={at}
              onChange={setPage}
              size="sm"
              getControlProps={(control) => ({ 'aria-label': t(`campaigns.page.${control}`) })}
            />
          )}
          <SoFar found={found} />
        </Group>
      </Stack>
    </Paper>
  );
}

interface SearchProps {
  field: Ref<HTMLInputElement>;
  search: Shown;
  onChange(changes: Partial<Shown>): void;
}

function SearchFields({ field, search, onChange }: SearchProps) {
  const t = useText();
  const words = useWords();
  return (
    <Group align="flex-end">
      <TextInput
        ref={field}
        label={t('campaigns.searchPeople')}
        leftSection={<Search size={16} aria-hidden />}
        value={search.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
        flex="1 1 14rem"
      />
      <NativeSelect
        label={t('campaigns.state')}
        data={[
          { value: '', label: t('campaigns.anyState') },
          ...PASSED.map((each) => ({ value: each, label: words(`words.state.${each}`) })),
        ]}
        value={search.state}
        onChange={(event) => onChange({ state: event.currentTarget.value as Shown['state'] })}
      />
    </Group>
  );
}

/** Nobody matches only once everybody was looked through. */
function Nobody({ found }: { found: PeopleFound }) {
  const t = useText();
  if (found.hasMore || found.isReading || found.isLoading || found.error) return null;
  return <Empty>{t(found.isSearch ? 'campaigns.noMatch' : 'campaigns.noPeopleYet')}</Empty>;
}

/** How far the list, or the search, has come, and the way on. */
function SoFar({ found }: { found: PeopleFound }) {
  const t = useText();
  const words = useWords();
  const { people = [], isSearch, read, all, hasMore, isReading, isLoading, more } = found;
  if (!hasMore && !isReading) return null;
  const counted = { count: read, all };
  return (
    <Group gap="xs">
      {isReading && <Loader size="xs" aria-hidden />}
      <Text size="sm" c="dimmed" role="status">
        {isSearch
          ? t('campaigns.matchesSoFar', { ...counted, matches: people.length })
          : t('campaigns.loaded', counted)}
      </Text>
      {hasMore && !isReading && (
        <Button data-act="more" variant="default" size="xs" loading={isLoading} onClick={more}>
          {words('words.more')}
        </Button>
      )}
    </Group>
  );
}

/** The names that were on the screen, so that a search finds by any part of them. */
function useKnownNames(): [ReadonlyMap<string, string>, (names: ReadonlyMap<string, string>) => void] {
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const keep = useCallback((names: ReadonlyMap<string, string>): void => {
    setKnown((before) => ([...names.keys()].every((uid) => before.has(uid)) ? before : new Map([...before, ...names])));
  }, []);
  return [known, keep];
}
