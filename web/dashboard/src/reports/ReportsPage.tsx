import { Button, Stack, Text, Title } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import { useList } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useNames } from '../people/known.js';
import { isAgent, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { REPORT_COMMANDS } from './commandList.js';
import { ReportCard } from './ReportCard.js';
import { peopleOf } from './reported.js';
import { useText } from './texts.js';

const PAGE = 25;

/** The messages that people reported, the newest first, until somebody of the staff decides. */
export function ReportsPage() {
  const t = useText();
  return (
    <Stack p="md" maw={900}>
      <div>
        <Title order={1} size="h3">
          {t('reports.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('reports.about')}
        </Text>
      </div>
      <Open />
    </Stack>
  );
}

function Open() {
  const t = useText();
  const words = useWords();
  const { dashboard, role } = useSession();
  const { value, error, retry, isLoading, more } = useList(() => dashboard.reports({ pageSize: PAGE }), [dashboard]);
  const names = useNames(peopleOf(value?.items ?? []));
  const lines = usePageLines();
  usePageCommands(REPORT_COMMANDS, {
    'reports.openCase': lines.act('openCase'),
    ...(isAgent(role) && {
      'reports.uphold': lines.act('uphold'),
      'reports.dismiss': lines.act('dismiss'),
      'reports.note': lines.act('note'),
    }),
  });
  if (error) return <Failure error={error} onRetry={retry} />;
  if (!value) return <Loading />;
  if (value.items.length === 0) {
    return <Empty icon={<ShieldCheck size={28} aria-hidden />}>{t('reports.none')}</Empty>;
  }
  return (
    <div {...lines.around}>
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {value.items.map((report) => (
          <ReportCard key={report.reportId} report={report} names={names} />
        ))}
      </Stack>
      {(value.hasMore || isLoading) && (
        <Button data-act="more" variant="default" mt="md" loading={isLoading} onClick={more}>
          {words('words.more')}
        </Button>
      )}
    </div>
  );
}
