import { Alert, Anchor, Button, Grid, Group, List, Modal, Paper, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { English } from 'parley-screen/English.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useSession } from '../session/session.js';
import { COMPOSING_COMMANDS } from './commandList.js';
import { type Draft, jobOf, type Problem, type Step, timeOf } from './job.js';
import { duration, money } from './numbers.js';
import { CannotPreview, Reach, ReachTitle, Renderings } from './PreviewPanel.js';
import { TestSend } from './TestSend.js';
import { useText } from './texts.js';
import type { Preview, Previewing } from './usePreview.js';

interface Props {
  draft: Draft;
  problems: readonly Problem[];
  previewing: Previewing;
  onStep(step: Step): void;
  onSent(campaignId: string): void;
}

/** Everything to look at before sending, a test, and the button. */
export function CheckStep({ draft, problems, previewing, onStep, onSent }: Props) {
  const t = useText();
  const { preview, error, isStale, isCounting } = previewing;
  return (
    <Stack>
      {problems.length > 0 && <ToMend problems={problems} onStep={onStep} />}
      <CannotPreview previewing={previewing} />
      {preview && (
        <Grid>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Stack>
              <Warnings preview={preview} />
              <ReachTitle previewing={previewing} />
              <Reach preview={preview} />
              <Effort preview={preview} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Renderings previewing={previewing} />
          </Grid.Col>
        </Grid>
      )}
      {!preview && !error && <Text role="status">{isCounting ? t('campaigns.counting') : t('campaigns.notYet')}</Text>}
      {problems.length === 0 && <TestSend draft={draft} />}
      <Send
        draft={draft}
        preview={preview}
        isReady={problems.length === 0 && preview !== undefined && !isStale && preview.willSend > 0}
        onSent={onSent}
      />
    </Stack>
  );
}

function ToMend({ problems, onStep }: { problems: readonly Problem[]; onStep(step: Step): void }) {
  const t = useText();
  return (
    <Alert color="orange" title={t('campaigns.toMend')} role="alert">
      <List size="sm">
        {problems.map(({ step, text, values }) => (
          <List.Item key={`${step} ${text}`}>
            {t(`campaigns.problem.${text}`, values)}{' '}
            <Anchor component="button" type="button" c="inherit" underline="always" onClick={() => onStep(step)}>
              {t(`campaigns.step.${step}`)}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Warnings({ preview: { warnings, willSend } }: { preview: Preview }) {
  const t = useText();
  if (willSend > 0 && warnings.length === 0) {
    return (
      <Alert color="teal" role="status">
        {t('campaigns.noWarnings')}
      </Alert>
    );
  }
  return (
    <Alert color="orange" role="status" title={t('campaigns.warnings')}>
      <List size="sm">
        {willSend === 0 && <List.Item>{t('campaigns.nobody')}</List.Item>}
        {warnings.map((each) => (
          <List.Item key={each}>
            <English>{each}</English>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Effort({ preview }: { preview: Preview }) {
  const t = useText();
  const { firestore, sms, durationSeconds, held, heldUntil } = preview;
  const rows: [string, string][] = [
    [t('campaigns.takes'), duration(durationSeconds)],
    ...(held
      ? [
          [t('campaigns.held'), t('campaigns.heldUntil', { count: held, until: shownTime(heldUntil) })] as [
            string,
            string,
          ],
        ]
      : []),
    [
      t('campaigns.firestore'),
      `${money(firestore.price)} (${t('campaigns.documents', { reads: firestore.reads, writes: firestore.writes })})`,
    ],
    ...(sms
      ? ([
          [
            t('campaigns.smsPrice'),
            `${sms.price === undefined ? '' : money(sms.price)} (${t('campaigns.sms', { messages: sms.messages, segments: sms.segments })})`,
          ],
        ] as [string, string][])
      : []),
  ];
  return (
    <Table withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {rows.map(([label, value]) => (
          <Table.Tr key={label}>
            <Table.Th scope="row" fw={400}>
              {label}
            </Table.Th>
            <Table.Td ta="end">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function shownTime(iso: string | undefined): string {
  if (iso === undefined) return '';
  const language = document.documentElement.lang || undefined;
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

interface SendProps {
  draft: Draft;
  preview: Preview | undefined;
  isReady: boolean;
  onSent(campaignId: string): void;
}

function Send({ draft, preview, isReady, onSent }: SendProps) {
  const t = useText();
  const { dashboard } = useSession();
  const [isAsking, { open, close }] = useDisclosure();
  const [isSending, setIsSending] = useState(false);
  const attempt = useAttempt();
  const start = timeOf(draft.startAt);
  const isLater = start !== undefined && start > new Date();
  const count = preview?.willSend ?? 0;

  async function send(): Promise<void> {
    setIsSending(true);
    let campaignId = '';
    const hasWorked = await attempt(async () => {
      campaignId = await dashboard.sendCampaign(jobOf(draft));
    });
    setIsSending(false);
    close();
    if (hasWorked) onSent(campaignId);
  }

  usePageCommands(COMPOSING_COMMANDS, {
    'campaigns.send': {
      run: open,
      why: isReady ? undefined : t('campaigns.notReady'),
      text: t(isLater ? 'campaigns.schedule' : 'campaigns.sendIt'),
    },
  });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <Text>{isReady ? t('campaigns.ready', { count }) : t('campaigns.notReady')}</Text>
        <Button disabled={!isReady} onClick={open}>
          {isLater ? t('campaigns.schedule') : t('campaigns.send')}
        </Button>
      </Group>
      <Modal opened={isAsking} onClose={close} title={t('campaigns.sendTitle', { name: draft.name.trim() })}>
        <Text>
          {isLater
            ? t('campaigns.sendLater', { count, at: shownTime(start.toISOString()) })
            : t('campaigns.sendNow', { count })}
        </Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('campaigns.notNow')}
          </Button>
          <Button loading={isSending} onClick={send} data-autofocus>
            {isLater ? t('campaigns.schedule') : t('campaigns.send')}
          </Button>
        </Group>
      </Modal>
    </Paper>
  );
}
