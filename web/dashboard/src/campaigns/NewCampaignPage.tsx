import { Alert, Button, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Empty, Loading } from 'parley-screen/States.js';
import { useCallback } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAdmin, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { AudienceStep } from './AudienceStep.js';
import { CheckStep } from './CheckStep.js';
import { COMPOSING_COMMANDS } from './commandList.js';
import { type Draft, type Problem, problemsOf, STEPS, type Step } from './job.js';
import { KindStep } from './KindStep.js';
import { MessageStep } from './MessageStep.js';
import { AudienceSummary, Renderings } from './PreviewPanel.js';
import { StepList } from './StepList.js';
import { TimeStep } from './TimeStep.js';
import { useText } from './texts.js';
import { type Saving, useDraft } from './useDraft.js';
import { usePreview } from './usePreview.js';

/** Compose a campaign in steps; the draft saves itself, and the address holds draft and step. */
export function NewCampaignPage() {
  const t = useText();
  const words = useWords();
  const { role } = useSession();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const step = STEPS.find((each) => each === search.step) ?? 'kind';
  // A draft gets its id while its author may have gone on to another step: each changes its own part.
  const go = useCallback(
    (changes: Search, replace = false) =>
      void navigate({
        to: '/campaigns/new',
        search: ((before: Search) => ({ ...before, ...changes })) as never,
        replace,
      }),
    [navigate],
  );
  const opened = useCallback((draft: string) => go({ draft }, true), [go]);
  const { draft, isGone, saving, change, flush, remove } = useDraft(search.draft, step, opened);
  if (!isAdmin(role)) return <Alert m="md">{words('words.noRole')}</Alert>;
  if (isGone) return <Empty>{t('campaigns.draftGone')}</Empty>;
  if (!draft) return saving.state === 'failed' ? <Saved saving={saving} /> : <Loading />;
  return (
    <Steps
      draft={draft}
      step={step}
      change={change}
      onStep={(next) => {
        void flush();
        go({ step: next });
      }}
      saving={saving}
      onSave={flush}
      onSent={async (campaignId) => {
        await remove();
        await navigate({ to: '/campaigns/$campaignId', params: { campaignId } });
      }}
    />
  );
}

interface StepsProps {
  draft: Draft;
  step: Step;
  saving: Saving;
  change(changes: Partial<Draft>): void;
  onStep(step: Step): void;
  /** Save what is not saved yet. */
  onSave(): Promise<void>;
  onSent(campaignId: string): void;
}

function Steps({ draft, step, saving, change, onStep, onSave, onSent }: StepsProps) {
  const t = useText();
  const problems = problemsOf(draft);
  const previewing = usePreview(draft, step === 'check');
  const at = STEPS.indexOf(step);
  const [before, after] = [STEPS[at - 1], STEPS[at + 1]];
  const form = { draft, change };
  const goTo = (to: Step) => ({ run: () => onStep(to), isShown: to !== step });
  const isSaved = saving.state === 'new' || saving.state === 'saved';
  usePageCommands(COMPOSING_COMMANDS, {
    'campaigns.step.kind': goTo('kind'),
    'campaigns.step.audience': goTo('audience'),
    'campaigns.step.message': goTo('message'),
    'campaigns.step.time': goTo('time'),
    'campaigns.step.check': goTo('check'),
    'campaigns.nextStep': { run: () => after && onStep(after), isShown: after !== undefined },
    'campaigns.previousStep': { run: () => before && onStep(before), isShown: before !== undefined },
    'campaigns.saveDraft': { run: onSave, why: isSaved ? t(`campaigns.saving.${saving.state}`) : undefined },
    'campaigns.previewAgain': { run: previewing.askAgain, isShown: previewing.error?.isPassing === true },
  });
  return (
    <Stack p="md" maw={1200}>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {draft.name.trim() || t('campaigns.new')}
        </Title>
        <Saved saving={saving} />
      </Group>
      <StepList current={step} problems={problems} onStep={onStep} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: step === 'check' ? 12 : 7 }}>
          <Paper withBorder p="md" component="section" aria-label={t(`campaigns.step.${step}`)}>
            <Stack>
              {step === 'kind' && <KindStep {...form} />}
              {step === 'audience' && <AudienceStep {...form} />}
              {step === 'message' && <MessageStep {...form} />}
              {step === 'time' && <TimeStep {...form} />}
              {step === 'check' && (
                <CheckStep draft={draft} problems={problems} previewing={previewing} onStep={onStep} onSent={onSent} />
              )}
              {step !== 'check' && <Problems problems={problems.filter((each) => each.step === step)} />}
              <Group justify="space-between">
                <Button variant="default" disabled={!before} onClick={() => before && onStep(before)}>
                  {t('campaigns.back')}
                </Button>
                {after && <Button onClick={() => onStep(after)}>{t('campaigns.next')}</Button>}
              </Group>
            </Stack>
          </Paper>
        </Grid.Col>
        {step !== 'check' && (
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Stack>
              {step === 'message' && <Renderings previewing={previewing} />}
              <AudienceSummary previewing={previewing} hasSamples={step === 'audience'} />
            </Stack>
          </Grid.Col>
        )}
      </Grid>
    </Stack>
  );
}

/** What is missing here, without scolding somebody who has only begun. */
function Problems({ problems }: { problems: Problem[] }) {
  const t = useText();
  if (problems.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" role="status">
      {problems.map(({ text, values }) => t(`campaigns.problem.${text}`, values)).join(' ')}
    </Text>
  );
}

interface Search {
  draft?: string;
  step?: Step;
}

function Saved({ saving }: { saving: Saving }) {
  const t = useText();
  if (saving.state === 'failed') {
    return (
      <Alert color="red" role="alert" p="xs">
        {t('campaigns.saving.failed', { why: saving.error.message })}
      </Alert>
    );
  }
  return (
    <Text size="sm" c="dimmed" role="status">
      {t(`campaigns.saving.${saving.state}`)}
    </Text>
  );
}
