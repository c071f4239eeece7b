import { Alert, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ImportedPeople } from 'parley-client';
import { download } from '../campaigns/results.js';
import { type CsvTable, failedLines } from './csv.js';
import { useText } from './texts.js';

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
            <Button
              variant="default"
              size="xs"
              leftSection={<Download size={14} aria-hidden />}
              onClick={() => download(`${name.replace(/\.csv$/i, '')}-failed.csv`, failedLines(table, errors))}
            >
              {t('people.failedLines')}
            </Button>
          </Group>
          {errorCount > errors.length && (
            <Text size="sm" c="dimmed">
              {t('people.firstErrors', { count: errors.length })}
            </Text>
          )}
          <Table verticalSpacing={4} aria-label={t('people.errors', { count: errorCount })}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('people.line')}</Table.Th>
                <Table.Th visibleFrom="xs">{t('people.column')}</Table.Th>
                <Table.Th>{t('people.error')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {errors.map(({ line, column, value, message }) => (
                <Table.Tr key={`${line} ${column} ${message}`}>
                  <Table.Td>{line}</Table.Td>
                  <Table.Td visibleFrom="xs">{column}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {value !== null && <code>{value}</code>} {message}
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
