import { Alert, Button, FileInput, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { FileText } from 'lucide-react';
import type { ImportedPeople } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useRef, useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { PEOPLE_COMMANDS } from './commandList.js';
import { type CsvTable, guessMapping, mappingOf, problemOfMapping, readTable } from './csv.js';
import { ImportResult } from './ImportResult.js';
import { importFile, MOST_BYTES, textOf } from './importFile.js';
import { useLists } from './known.js';
import { MappingTable } from './MappingTable.js';
import { useText } from './texts.js';

interface Chosen {
  name: string;
  table: CsvTable;
}

/** Import a CSV file: columns, a dry run, then the import, each with what became of the lines. */
export function ImportPanel({ onClose }: { onClose(): void }) {
  const t = useText();
  const words = useWords();
  const attempt = useAttempt();
  const [chosen, setChosen] = useState<Chosen>();
  const [fields, setFields] = useState<string[]>([]);
  const [error, setError] = useState<string>();

  async function choose(file: File | null): Promise<void> {
    setChosen(undefined);
    setError(undefined);
    if (!file) return;
    if (file.size > MOST_BYTES) {
      setError(t('people.tooLarge', { limit: MOST_BYTES / 1024 / 1024 }));
      return;
    }
    await attempt(async () => {
      const text = await textOf(file);
      if (text === undefined) {
        setError(t('people.notUtf8'));
        return;
      }
      const table = readTable(text);
      setChosen({ name: file.name, table });
      setFields(guessMapping(table.titles));
    });
  }

  const input = useRef<HTMLButtonElement>(null);
  usePageCommands(PEOPLE_COMMANDS, {
    'people.chooseFile': { run: () => input.current?.click() },
    'people.closeImport': { run: onClose },
  });

  return (
    <Paper withBorder p="md" component="section" aria-label={t('people.import')}>
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('people.import')}
          </Title>
          <Button variant="subtle" size="xs" onClick={onClose}>
            {words('words.close')}
          </Button>
        </Group>
        <FileInput
          ref={input}
          label={t('people.file')}
          description={t('people.fileHint')}
          placeholder={t('people.chooseFile')}
          accept=".csv,text/csv,text/plain"
          leftSection={<FileText size={16} aria-hidden />}
          error={error}
          clearable
          clearButtonProps={{ 'aria-label': words('words.remove') }}
          onChange={choose}
        />
        {chosen && (
          <Mapped key={chosen.name} table={chosen.table} name={chosen.name} fields={fields} onFields={setFields} />
        )}
      </Stack>
    </Paper>
  );
}

interface MappedProps {
  table: CsvTable;
  name: string;
  fields: string[];
  onFields(fields: string[]): void;
}

const NEW_LIST = '+';

function Mapped({ table, name, fields, onFields }: MappedProps) {
  const t = useText();
  const attempt = useAttempt();
  const session = useSession();
  const lists = useLists();
  const [listId, setListId] = useState<string | null>(null);
  const [newList, setNewList] = useState('');
  const [result, setResult] = useState<{ report: ImportedPeople; isDry: boolean }>();
  const [running, setRunning] = useState<'dry' | 'real'>();
  const problem = problemOfMapping(table, fields);
  const hasChecked = result?.isDry === true;
  const needsName = listId === NEW_LIST && !newList.trim();

  async function run(dryRun: boolean): Promise<void> {
    setRunning(dryRun ? 'dry' : 'real');
    await attempt(async () => {
      let list = listId === NEW_LIST ? undefined : (listId ?? undefined);
      if (listId === NEW_LIST && !dryRun) {
        list = await session.dashboard.makeList(newList.trim());
        setListId(list);
      }
      const report = await importFile(session, table.csv, {
        mapping: mappingOf(table.titles, fields),
        dryRun,
        ...(list !== undefined && { listId: list }),
      });
      setResult({ report, isDry: dryRun });
    });
    setRunning(undefined);
  }

  const wrong = problem && t(`people.mapping.${problem.text}`, 'value' in problem ? { value: problem.value } : {});
  usePageCommands(PEOPLE_COMMANDS, {
    'people.dryRun': { run: () => run(true), isShown: running === undefined, why: wrong },
    'people.importNow': {
      run: () => run(false),
      isShown: running === undefined,
      why: wrong ?? (hasChecked ? (needsName ? t('people.listUnnamed') : undefined) : t('people.dryRunFirst')),
    },
  });

  return (
    <>
      <Text size="sm">{t('people.rows', { name, count: table.records.length })}</Text>
      <MappingTable
        table={table}
        fields={fields}
        onChange={(changed) => {
          onFields(changed);
          setResult(undefined);
        }}
      />
      {wrong !== undefined && (
        <Alert color="orange" role="status">
          {wrong}
        </Alert>
      )}
      <Group align="flex-end">
        <Select
          label={t('people.list')}
          description={t('people.listHint')}
          clearable
          data={[
            ...[...(lists ?? [])]
              .filter(([, { where }]) => !where)
              .map(([value, list]) => ({ value, label: list.name })),
            { value: NEW_LIST, label: t('people.newList') },
          ]}
          value={listId}
          onChange={setListId}
        />
        {listId === NEW_LIST && (
          <TextInput
            label={t('people.listName')}
            required
            maxLength={100}
            value={newList}
            onChange={(event) => setNewList(event.currentTarget.value)}
          />
        )}
      </Group>
      <Group>
        <Button
          variant={hasChecked ? 'default' : 'filled'}
          loading={running === 'dry'}
          disabled={problem !== undefined || running !== undefined}
          onClick={() => run(true)}
        >
          {t('people.dryRun')}
        </Button>
        <Button
          variant={hasChecked ? 'filled' : 'default'}
          loading={running === 'real'}
          disabled={problem !== undefined || needsName || !hasChecked || running !== undefined}
          onClick={() => run(false)}
        >
          {t('people.importNow')}
        </Button>
        {!hasChecked && !result && (
          <Text size="sm" c="dimmed">
            {t('people.dryRunFirst')}
          </Text>
        )}
      </Group>
      {result && <ImportResult table={table} name={name} report={result.report} isDry={result.isDry} />}
    </>
  );
}
