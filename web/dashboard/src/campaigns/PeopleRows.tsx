import { Button, Table, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { English } from 'parley-screen/English.js';
import { useState } from 'react';
import { lineOf } from '../commands/useLines.js';
import { useReason, useWords } from '../words/words.js';
import { ExplainDrawer } from './ExplainDrawer.js';
import type { Result } from './results.js';
import { useText } from './texts.js';

interface Props {
  campaignId: string;
  results: readonly Result[];
  names: ReadonlyMap<string, string>;
}

/** Some people of a campaign: what became of each, and a button that explains it. */
export function PeopleRows({ campaignId, results, names }: Props) {
  const t = useText();
  const words = useWords();
  const reason = useReason();
  const [explained, setExplained] = useState<string>();
  const [isOpen, { open, close }] = useDisclosure();
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
              <Table.Tr key={userId} {...lineOf(userId)}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{names.get(userId) ?? userId}</Table.Td>
                <Table.Td>{words(`words.state.${state}`)}</Table.Td>
                <Table.Td visibleFrom="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {why && reason(why)}
                  {why && detail && ': '}
                  {detail && <English>{detail}</English>}
                </Table.Td>
                <Table.Td visibleFrom="md">{channel && words(`words.channel.${channel as 'chat'}`)}</Table.Td>
                <Table.Td ta="end">
                  <Button
                    data-act="explain"
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
