import { Anchor, Badge, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check, Paperclip, X } from 'lucide-react';
import type { ListedReport, ReportResolution } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useTimes } from 'parley-screen/times.js';
import { useState } from 'react';
import { lineOf } from '../commands/useLines.js';
import { LinkedText } from '../inbox/thread/LinkedText.js';
import { isAgent, useSession } from '../session/session.js';
import classes from './ReportCard.module.css';
import { caseOf, isPerson, type Said, saidIn } from './reported.js';
import { useText } from './texts.js';

const NOTE = 1_000;

interface Props {
  report: ListedReport;
  names: ReadonlyMap<string, string>;
}

/** One report: what was said, by whom, why it was reported, and the decision. */
export function ReportCard({ report, names }: Props) {
  const t = useText();
  const times = useTimes();
  const { role } = useSession();
  const { reason, comment, createdAt, senderId, reporterId, message, before = [], omitted } = report;
  const chatId = caseOf(report);
  return (
    <Paper component="li" {...lineOf(report.reportId)} withBorder p="md" data-report={report.reportId}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Badge color="red" variant="light" c="var(--mantine-color-text)" tt="none">
              {t(`reports.reason.${reason}`)}
            </Badge>
            <Text size="sm" c="dimmed">
              {t('reports.by', { name: names.get(reporterId) ?? reporterId, at: times.full(createdAt) })}
            </Text>
          </Group>
          {chatId !== undefined && (
            <Anchor
              data-act="openCase"
              size="sm"
              renderRoot={(props) => <Link to="/inbox/$chatId" params={{ chatId }} {...props} />}
            >
              {t('reports.openCase')}
            </Anchor>
          )}
        </Group>
        <Text size="sm" component="div">
          <Sender senderId={senderId} name={names.get(senderId)} />
        </Text>
        <Words said={saidIn(message)} />
        {before.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by the keyboard.
          <section className={classes.versions} aria-label={t('reports.before')} tabIndex={0}>
            {before.map((version) => (
              <div key={version.until.toMillis()}>
                <Text size="xs" c="dimmed">
                  {t('reports.until', { at: times.full(version.until) })}
                </Text>
                <Words said={saidIn(version)} isEarlier />
              </div>
            ))}
          </section>
        )}
        {omitted !== undefined && (
          <Text size="xs" c="dimmed">
            {t('reports.omitted', { count: omitted })}
          </Text>
        )}
        {comment !== undefined && (
          <Text size="sm" dir="auto">
            {t('reports.comment', { comment })}
          </Text>
        )}
        {isAgent(role) && <Decision reportId={report.reportId} />}
      </Stack>
    </Paper>
  );
}

function Sender({ senderId, name }: { senderId: string; name: string | undefined }) {
  const t = useText();
  if (!isPerson(senderId)) return <>{t('reports.ofService')}</>;
  return (
    <Anchor inherit renderRoot={(props) => <Link to="/people/$userId" params={{ userId: senderId }} {...props} />}>
      <bdi>{name ?? senderId}</bdi>
    </Anchor>
  );
}

function Words({ said: { text, files }, isEarlier = false }: { said: Said; isEarlier?: boolean }) {
  return (
    <blockquote className={isEarlier ? `${classes.said} ${classes.earlier}` : classes.said}>
      {text !== undefined && <LinkedText text={text} />}
      {files.map((name) => (
        <span key={name} className={classes.file}>
          <Paperclip size={14} aria-hidden /> <bdi>{name}</bdi>
        </span>
      ))}
    </blockquote>
  );
}

function Decision({ reportId }: { reportId: string }) {
  const t = useText();
  const attempt = useAttempt();
  const { dashboard } = useSession();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState<ReportResolution>();

  /** What is decided leaves the list. */
  async function decide(resolution: ReportResolution): Promise<void> {
    setBusy(resolution);
    await attempt(() => dashboard.resolve(reportId, resolution, note.trim() || undefined));
    setBusy(undefined);
  }

  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        data-act="note"
        flex="1 1 14rem"
        size="xs"
        label={t('reports.note')}
        maxLength={NOTE}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button
        data-act="dismiss"
        size="xs"
        variant="default"
        leftSection={<X size={14} aria-hidden />}
        loading={busy === 'dismissed'}
        disabled={busy === 'upheld'}
        onClick={() => decide('dismissed')}
      >
        {t('reports.dismiss')}
      </Button>
      <Button
        data-act="uphold"
        size="xs"
        leftSection={<Check size={14} aria-hidden />}
        loading={busy === 'upheld'}
        disabled={busy === 'dismissed'}
        onClick={() => decide('upheld')}
      >
        {t('reports.uphold')}
      </Button>
    </Group>
  );
}
