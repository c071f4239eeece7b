import { Button, CloseButton, Group, Progress, Text } from '@mantine/core';
import type { ListedBulkJob } from 'parley-client';
import { English } from 'parley-screen/English.js';
import { useAttempt } from 'parley-screen/failures.js';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { useSession } from '../../session/session.js';
import { BULK_COMMANDS } from '../commandList.js';
import { useText } from '../texts.js';
import classes from './BulkBar.module.css';
import { FailedCases } from './FailedCases.js';
import { isOver as hasEnded } from './useOwnJob.js';

interface Props {
  job: ListedBulkJob;
  onClose(): void;
}

/** How far a change of many cases is. It goes on if the page is closed. */
export function BulkProgress({ job, onClose }: Props) {
  const t = useText();
  const { dashboard } = useSession();
  const attempt = useAttempt();
  const { jobId, state, total = 0, done = 0, unchanged = 0, failed = 0, failedChats, error } = job;
  const isOver = hasEnded(job);
  const handled = done + unchanged + failed;

  const undo = (): void => void attempt(() => dashboard.undoBulkJob(jobId));
  const stop = (): void => void attempt(() => dashboard.cancelBulkJob(jobId));
  const canUndo = isOver && job.undoOf === undefined && job.undoneBy === undefined && done > 0;
  usePageCommands(BULK_COMMANDS, {
    'bulk.undo': { run: undo, isShown: canUndo },
    'bulk.stop': { run: stop, isShown: !isOver },
    'bulk.hide': { run: onClose, isShown: isOver },
  });

  return (
    <section className={classes.progress} aria-label={t('bulk.progress')}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" role="status">
          {state === 'planning' ? t('bulk.planning') : t(`bulk.${state}`, { done, total, failed })}
        </Text>
        <Group gap={6} wrap="nowrap">
          {canUndo && (
            <Button size="compact-xs" variant="default" onClick={undo}>
              {t('bulk.undo')}
            </Button>
          )}
          {!isOver && (
            <Button size="compact-xs" variant="default" onClick={stop}>
              {t('bulk.cancel')}
            </Button>
          )}
          {isOver && <CloseButton size="sm" aria-label={t('bulk.hide')} onClick={onClose} />}
        </Group>
      </Group>
      <Progress
        size="sm"
        value={total > 0 ? (100 * handled) / total : isOver ? 100 : 0}
        animated={!isOver}
        color={state === 'failed' || failed > 0 ? 'orange' : 'parley'}
        aria-label={t('bulk.progress')}
      />
      {error && (
        <Text size="xs" c="red" role="alert">
          <English>{error.message}</English>
        </Text>
      )}
      {failedChats && <FailedCases reasons={failedChats} count={failed} />}
    </section>
  );
}
