import { Drawer, List, Stack, Table, Text, ThemeIcon, Title } from '@mantine/core';
import { Check, X } from 'lucide-react';
import type { ParleyError } from 'parley-client';
import { English } from 'parley-screen/English.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useEffect, useState } from 'react';
import { useNames } from '../people/known.js';
import { useSession } from '../session/session.js';
import { useReason, useWords } from '../words/words.js';
import { useText } from './texts.js';

type Explained = Awaited<ReturnType<ReturnType<typeof useSession>['dashboard']['explainRecipient']>>;

interface Props {
  campaignId: string;
  userId: string | undefined;
  isOpen: boolean;
  onClose(): void;
}

/** Why a person got a campaign, or did not: what was checked, and what was tried. */
export function ExplainDrawer({ campaignId, userId, isOpen, onClose }: Props) {
  const words = useWords();
  const names = useNames(userId === undefined ? [] : [userId]);
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      position="right"
      title={names.get(userId ?? '') ?? userId}
      closeButtonProps={{ 'aria-label': words('words.close') }}
    >
      {isOpen && userId !== undefined && <Explanation key={userId} campaignId={campaignId} userId={userId} />}
    </Drawer>
  );
}

export function Explanation({ campaignId, userId }: { campaignId: string; userId: string }) {
  const { dashboard } = useSession();
  const [explained, setExplained] = useState<Explained>();
  const [error, setError] = useState<ParleyError>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again.
  useEffect(() => {
    let isOver = false;
    setError(undefined);
    dashboard.explainRecipient(campaignId, userId).then(
      (answer) => !isOver && setExplained(answer),
      (failure: ParleyError) => !isOver && setError(failure),
    );
    return () => {
      isOver = true;
    };
  }, [dashboard, campaignId, userId, tries]);
  if (error) return <Failure error={error} onRetry={() => setTries((before) => before + 1)} />;
  if (!explained) return <Loading />;
  return <Explaining explained={explained} />;
}

/** The answer of `explainRecipient`: its sentences, the checks of this moment, the attempts. */
export function Explaining({ explained }: { explained: Explained }) {
  const t = useText();
  const words = useWords();
  const reason = useReason();
  const { text, checks, attempts, state, reason: why } = explained;
  return (
    <Stack>
      {state && (
        <Text fw={600}>
          {words(`words.state.${state}`)}
          {why && `: ${reason(why)}`}
        </Text>
      )}
      <Text>
        <English>{text}</English>
      </Text>
      <Title order={3} size="h6">
        {t('campaigns.checks')}
      </Title>
      <List spacing={6} size="sm" center>
        {checks.map(({ check, ok, detail }) => (
          <List.Item
            key={check}
            icon={
              <ThemeIcon
                size={20}
                radius="xl"
                color={ok ? 'teal' : 'red'}
                role="img"
                aria-label={t(ok ? 'campaigns.ok' : 'campaigns.notOk')}
              >
                {ok ? <Check size={12} aria-hidden /> : <X size={12} aria-hidden />}
              </ThemeIcon>
            }
          >
            <English>{detail}</English>
          </List.Item>
        ))}
      </List>
      {attempts.length > 0 && (
        <>
          <Title order={3} size="h6">
            {t('campaigns.attempts')}
          </Title>
          <Table verticalSpacing={4} aria-label={t('campaigns.attempts')}>
            <Table.Tbody>
              {attempts.map(({ at, channel, result, providerId }) => (
                <Table.Tr key={`${at} ${channel} ${result}`}>
                  <Table.Td>{shownTime(at)}</Table.Td>
                  <Table.Td>{channel && words(`words.channel.${channel as 'chat'}`)}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {reason(result)} {providerId}
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

function shownTime(iso: string): string {
  const language = document.documentElement.lang || undefined;
  return new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(iso));
}
