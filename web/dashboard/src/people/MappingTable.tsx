import { Autocomplete, Table, Text } from '@mantine/core';
import { attributeOf, type CsvTable, FIELDS } from './csv.js';
import { useText } from './texts.js';

const SHOWN = 3;

interface Props {
  table: CsvTable;
  fields: readonly string[];
  onChange(fields: string[]): void;
}

/** Each column with its first cells, and the field that it goes to; an empty field leaves it out. */
export function MappingTable({ table: { titles, records }, fields, onChange }: Props) {
  const t = useText();
  return (
    <Table verticalSpacing={6} aria-label={t('people.columns')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('people.column')}</Table.Th>
          <Table.Th visibleFrom="xs">{t('people.cells')}</Table.Th>
          <Table.Th>{t('people.field')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {titles.map((title, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one title.
          <Table.Tr key={at}>
            <Table.Th scope="row" fw={500} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Table.Th>
            <Table.Td visibleFrom="xs" maw={260}>
              {records.slice(0, SHOWN).map(({ line, cells }) => (
                <Text key={line} size="xs" c="dimmed" truncate dir="auto">
                  {cells[at] || '–'}
                </Text>
              ))}
            </Table.Td>
            <Table.Td>
              <Autocomplete
                aria-label={t('people.fieldOf', { title })}
                placeholder={t('people.leftOut')}
                data={[...new Set([...FIELDS, attributeOf(title)])]}
                value={fields[at] ?? ''}
                onChange={(value) => onChange(fields.map((field, each) => (each === at ? value.trim() : field)))}
                dir="ltr"
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
