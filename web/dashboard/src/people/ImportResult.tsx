import { Alert, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ImportedPeople } from 'parley-client';
import { English } from 'parley-screen/English.js';
import { useMemo } from 'react';
import { download } from '../campaigns/results.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { PEOPLE_COMMANDS } from './commandList.js';
import { type CsvTable, failedLines, readFailedLines } from './csv.js';
import { useText } from './texts.js';

/** More would make the page slow; the file has them all. */
const SHOWN = 100;

interface Props {
  table: CsvTable;
  name: string;
  report: ImportedPeople;
  isDry: boolean;
}

/** What became of the lines, or would: sums, errors by line, and those lines as a file. */
export function ImportResult({ table, name, report, isDry }: Props) {
  const t = useText();
  const { rows, created, updated, unchanged, duplicates, failed, errors, errorCount } = report;
  const counts = { rows, created, updated, unchanged, duplicates, failed };
  // The lines may be told in some megabytes.
  const told = useMemo(() => readFailedLines(report.failedLines).count, [report.failedLines]);
  const left = failed + duplicates - told;
  const save = (): void =>
    download(`${name.replace(/\.csv$/i, '')}-failed.csv`, failedLines(table, report, t('people.untoldError')));
  usePageCommands(PEOPLE_COMMANDS, { 'people.failedLines': { run: save, isShown: errors.length > 0 } });
  return (
    <Stack gap="sm">
      <Alert
        color={failed > 0 ? 'orange' : 'teal'}
        role="status"
        title={t(isDry ? 'people.dryResult' : 'people.result')}
      >
        {t('people.counts', counts)}
      </Alert>
      {errors.length > 0 && (
        <>
          <Group justify="space-between">
            <Title order={3} size="h6">
              {t('people.errors', { count: errorCount })}
            </Title>
            <Button variant="default" size="xs" leftSection={<Download size={14} aria-hidden />} onClick={save}>
              {t('people.failedLines')}
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            {[
              errorCount > SHOWN && t('people.firstErrors', { count: SHOWN }),
              errorCount > SHOWN && left === 0 && t('people.allLines'),
              errorCount > errors.length && t('people.untoldErrors', { count: errors.length }),
              left > 0 && t('people.linesLeft', { count: left }),
            ]
              .filter(Boolean)
              .join(' ')}
          </Text>
          <Table verticalSpacing={4} aria-label={t('people.errors', { count: errorCount })}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('people.line')}</Table.Th>
                <Table.Th visibleFrom="xs">{t('people.column')}</Table.Th>
                <Table.Th>{t('people.error')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {errors.slice(0, SHOWN).map(({ line, column, value, message }) => (
                <Table.Tr key={`${line} ${column} ${message}`}>
                  <Table.Td>{line}</Table.Td>
                  <Table.Td visibleFrom="xs">{column}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {value !== null && <code dir="auto">{value}</code>} <English>{message}</English>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Stack>
  );
}
