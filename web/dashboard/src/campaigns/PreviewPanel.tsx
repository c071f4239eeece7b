/** What the server says about a draft: how many people, who is left out, how the text looks. */
import { Alert, Badge, Button, Group, Paper, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { English } from 'parley-screen/English.js';
import { FailureText } from 'parley-screen/failures.js';
import { useNames } from '../people/known.js';
import { useReason, useWords } from '../words/words.js';
import { money } from './numbers.js';
import { useText } from './texts.js';
import { type Preview, type Previewing, RENDERED } from './usePreview.js';

/** How many get it, who does not and why, and ten of them. */
export function AudienceSummary({ previewing, hasSamples }: { previewing: Previewing; hasSamples: boolean }) {
  const t = useText();
  const { preview, isCounting } = previewing;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('campaigns.reach')} aria-busy={isCounting}>
      <Stack gap="sm">
        <ReachTitle previewing={previewing} />
        <Told previewing={previewing} />
        {preview && <Reach preview={preview} />}
        {preview?.sms && (
          <Text size="sm">
            {t('campaigns.sms', { messages: preview.sms.messages, segments: preview.sms.segments })}{' '}
            {preview.sms.price !== undefined && t('campaigns.price', { price: money(preview.sms.price) })}
          </Text>
        )}
        {preview && hasSamples && <Samples preview={preview} />}
      </Stack>
    </Paper>
  );
}

/** The title of the counts, and whether they are of an earlier draft. */
export function ReachTitle({ previewing }: { previewing: Previewing }) {
  const t = useText();
  return (
    <Group justify="space-between">
      <Title order={2} size="h5">
        {t('campaigns.reach')}
      </Title>
      <CountedBefore previewing={previewing} />
    </Group>
  );
}

/** The counts of an earlier draft: the next are on their way, or will be asked for. */
function CountedBefore({ previewing: { preview, isStale, isCounting } }: { previewing: Previewing }) {
  const t = useText();
  if (!isStale) return null;
  if (isCounting) return <Text size="xs">{t('campaigns.counting')}</Text>;
  return preview && <Text size="xs">{t('campaigns.countedBefore')}</Text>;
}

/** Why the server cannot preview a draft: what is wrong in it, or that it could not be asked and is asked again. */
export function CannotPreview({ previewing: { error, askAgain } }: { previewing: Previewing }) {
  const t = useText();
  const words = useWords();
  if (!error) return null;
  const wrong = error.fields.map(({ message }) => message);
  return (
    <Alert
      color={error.isPassing ? 'yellow' : 'red'}
      role="alert"
      title={t(error.isPassing ? 'campaigns.notCounted' : 'campaigns.cannotPreview')}
      style={{ overflowWrap: 'anywhere' }}
    >
      {wrong.length > 0 ? <English>{wrong.join('; ')}</English> : <FailureText error={error} />}
      {error.isPassing && ` ${t('campaigns.askedAgain')}`}
      {error.isPassing && (
        <Button size="xs" variant="default" mt="xs" display="block" onClick={askAgain}>
          {words('words.tryAgain')}
        </Button>
      )}
    </Alert>
  );
}

function Told({ previewing }: { previewing: Previewing }) {
  const t = useText();
  const { preview, error, isCounting } = previewing;
  if (error) return <CannotPreview previewing={previewing} />;
  if (preview) return null;
  return isCounting ? <Skeleton h={60} /> : <Text c="dimmed">{t('campaigns.notYet')}</Text>;
}

export function Reach({ preview }: { preview: Preview }) {
  const t = useText();
  const reason = useReason();
  const excluded = Object.entries(preview.excluded).sort(([, one], [, other]) => other - one);
  return (
    <Table aria-label={t('campaigns.reach')} withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        <Table.Tr fw={600}>
          <Table.Th scope="row">{t('campaigns.inAudience')}</Table.Th>
          <Table.Td ta="end">{preview.audienceCount}</Table.Td>
        </Table.Tr>
        <Table.Tr>
          <Table.Th scope="row">{t('campaigns.willSend')}</Table.Th>
          <Table.Td ta="end">{preview.willSend}</Table.Td>
        </Table.Tr>
        {excluded.map(([each, count]) => (
          <Table.Tr key={each} c="dimmed">
            <Table.Th scope="row" fw={400}>
              {t('campaigns.excluded', { reason: reason(each) })}
            </Table.Th>
            <Table.Td ta="end">{count}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Samples({ preview: { samples } }: { preview: Preview }) {
  const t = useText();
  const words = useWords();
  const reason = useReason();
  const names = useNames(samples.map(({ userId }) => userId));
  if (samples.length === 0) return null;
  return (
    <Table aria-label={t('campaigns.samples')} verticalSpacing={4}>
      <Table.Caption style={{ captionSide: 'top', textAlign: 'start' }}>{t('campaigns.samples')}</Table.Caption>
      <Table.Tbody>
        {samples.map(({ userId, channel, reason: why }) => (
          <Table.Tr key={userId}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{names.get(userId) ?? userId}</Table.Td>
            <Table.Td ta="end" c={why ? 'dimmed' : ''}>
              {why ? reason(why) : channel && words(`words.channel.${channel as 'chat'}`)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Red that can be read on what is grey in either scheme. */
const RED = 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-3))';

/** The text as the server renders it for the people with whom a template goes wrong. */
export function Renderings({ previewing }: { previewing: Previewing }) {
  const t = useText();
  const { preview, error, isTextStale } = previewing;
  const shown = (preview?.samples ?? []).slice(0, RENDERED);
  const names = useNames(shown.map(({ userId }) => userId));
  const reason = useReason();
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label={t('campaigns.renderings')}
      aria-busy={isTextStale && !error}
    >
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('campaigns.renderings')}
          </Title>
          {preview && error && isTextStale && <Text size="xs">{t('campaigns.renderedBefore')}</Text>}
        </Group>
        {!preview && !error && <Text c="dimmed">{t('campaigns.renderingsHint')}</Text>}
        {shown.map(({ userId, text, title, picked, reason: why, detail, segments }) => (
          <Paper key={userId} withBorder p="sm" bg="var(--mantine-color-default-hover)">
            <Group justify="space-between" mb={4}>
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {names.get(userId) ?? userId}
              </Text>
              {picked && (
                <Badge size="xs" variant="default">
                  {t(`campaigns.picked.${picked}`)}
                </Badge>
              )}
            </Group>
            {title && (
              <Text fw={600} dir="auto">
                {title}
              </Text>
            )}
            {why ? (
              <Text size="sm" c={RED}>
                {reason(why)}
                {detail && ': '}
                {detail && <English>{detail}</English>}
              </Text>
            ) : (
              <Text size="sm" dir="auto" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {text}
              </Text>
            )}
            {segments !== undefined && (
              <Text size="xs" c="dimmed" mt={4}>
                {t('campaigns.segments', { count: segments })}
              </Text>
            )}
          </Paper>
        ))}
      </Stack>
    </Paper>
  );
}
