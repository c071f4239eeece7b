import {
  Button,
  Group,
  NativeSelect,
  Pagination,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Download, RefreshCw, Search } from 'lucide-react';
import type { CampaignStatus } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { useMemo, useState } from 'react';
import { useNames } from '../people/known.js';
import { useSession } from '../session/session.js';
import { useReason, useWords } from '../words/words.js';
import { ExplainDrawer } from './ExplainDrawer.js';
import { PASSED } from './progress.js';
import { download, matching, type Result, readPages } from './results.js';
import { useText } from './texts.js';
import { useResults } from './useResults.js';

const ROWS = 50;

interface Props {
  campaignId: string;
  campaign: CampaignStatus;
}

/** Each person of the campaign, with what became of them and why. */
export function PeopleTable({ campaignId, campaign }: Props) {
  const t = useText();
  const words = useWords();
  const { results, error, hasMore, isLoading, more, refresh } = useResults(campaignId, campaign.state);
  const [state, setState] = useState('');
  const [text, setText] = useState('');
  const [page, setPage] = useState(1);
  const shown = useMemo(() => matching(results ?? [], { state, text }), [results, state, text]);
  const pages = Math.max(1, Math.ceil(shown.length / ROWS));
  const at = Math.min(page, pages);
  return (
    <Paper withBorder p="md" component="section" aria-label={t('campaigns.people')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('campaigns.people')}
          </Title>
          <Group gap="xs">
            <Button
              variant="default"
              size="xs"
              leftSection={<RefreshCw size={14} aria-hidden />}
              loading={isLoading && results !== undefined}
              onClick={refresh}
            >
              {t('campaigns.refresh')}
            </Button>
            <ExportButton campaignId={campaignId} name={campaign.name} />
          </Group>
        </Group>
        <Group align="flex-end">
          <TextInput
            label={t('campaigns.searchPeople')}
            leftSection={<Search size={16} aria-hidden />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setPage(1);
            }}
            flex="1 1 14rem"
          />
          <NativeSelect
            label={t('campaigns.state')}
            data={[
              { value: '', label: t('campaigns.anyState') },
              ...PASSED.map((each) => ({ value: each, label: words(`words.state.${each}`) })),
            ]}
            value={state}
            onChange={(event) => {
              setState(event.currentTarget.value);
              setPage(1);
            }}
          />
        </Group>
        {error && <Failure error={error} />}
        {!results && !error && <Loading />}
        {results && (
          <Rows
            campaignId={campaignId}
            results={shown.slice((at - 1) * ROWS, at * ROWS)}
            isFiltered={Boolean(state || text)}
          />
        )}
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
          {hasMore && (
            <Group gap="xs">
              <Text size="sm" c="dimmed">
                {t('campaigns.loaded', { count: results?.length ?? 0, all: campaign.audienceCount })}
              </Text>
              <Button variant="default" size="xs" loading={isLoading} onClick={more}>
                {words('words.more')}
              </Button>
            </Group>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

function Rows({ campaignId, results, isFiltered }: { campaignId: string; results: Result[]; isFiltered: boolean }) {
  const t = useText();
  const words = useWords();
  const reason = useReason();
  const names = useNames(results.map(({ userId }) => userId));
  const [explained, setExplained] = useState<string>();
  const [isOpen, { open, close }] = useDisclosure();
  if (results.length === 0) return <Empty>{t(isFiltered ? 'campaigns.noMatch' : 'campaigns.noPeopleYet')}</Empty>;
  return (
    <>
      <Table.ScrollContainer minWidth={0}>
        <Table verticalSpacing={6} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words('words.person')}</Table.Th>
              <Table.Th>{t('campaigns.state')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('campaigns.reason')}</Table.Th>
              <Table.Th visibleFrom="md">{t('campaigns.channels')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('campaigns.explain')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {results.map(({ userId, state, reason: why, detail, channel }) => (
              <Table.Tr key={userId}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{names.get(userId) ?? userId}</Table.Td>
                <Table.Td>{words(`words.state.${state}`)}</Table.Td>
                <Table.Td visibleFrom="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {[why && reason(why), detail].filter(Boolean).join(': ')}
                </Table.Td>
                <Table.Td visibleFrom="md">{channel && words(`words.channel.${channel as 'chat'}`)}</Table.Td>
                <Table.Td ta="end">
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-label={t('campaigns.explainPerson', { name: names.get(userId) ?? userId })}
                    onClick={() => {
                      setExplained(userId);
                      open();
                    }}
                  >
                    {t('campaigns.explain')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ExplainDrawer campaignId={campaignId} userId={explained} isOpen={isOpen} onClose={close} />
    </>
  );
}

function ExportButton({ campaignId, name }: { campaignId: string; name: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const [count, setCount] = useState<number>();
  const attempt = useAttempt();

  async function run(): Promise<void> {
    let csv = '';
    setCount(0);
    const hasWorked = await attempt(() =>
      readPages(dashboard, campaignId, (page) => {
        csv += page.csv;
        setCount(csv.split('\n').length);
        return true;
      }),
    );
    setCount(undefined);
    if (hasWorked) download(`${name.replaceAll(/[\\/:*?"<>|]+/g, ' ').trim() || campaignId}.csv`, csv);
  }

  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Download size={14} aria-hidden />}
      loading={count !== undefined}
      onClick={run}
    >
      {t('campaigns.csv')}
    </Button>
  );
}
