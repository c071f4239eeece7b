import { Button, CloseButton, Group, Progress, Text } from '@mantine/core';
import { useCommands } from 'parley-screen/commands/commands.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { useEffect, useMemo, useRef } from 'react';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import classes from './BulkBar.module.css';

interface Props {
  jobId: string;
  onUndone(jobId: string): void;
  /** Told whether the job is under way. */
  onChanging(isChanging: boolean): void;
  onClose(): void;
}

/** How far a change of many cases is. It goes on if the page is closed. */
export function BulkProgress({ jobId, onUndone, onChanging, onClose }: Props) {
  const t = useText();
  const { dashboard } = useSession();
  const attempt = useAttempt();
  const { value: job } = useLive(() => dashboard.bulkJob(jobId), [dashboard, jobId]);
  const isOver = job?.state === 'completed' || job?.state === 'cancelled' || job?.state === 'failed';
  useEffect(() => {
    onChanging(!isOver);
    return () => onChanging(false);
  }, [isOver, onChanging]);
  const { total = 0, done = 0, unchanged = 0, failed = 0 } = job ?? {};
  const handled = done + unchanged + failed;

  const undo = (): void => void attempt(async () => onUndone((await dashboard.undoBulkJob(jobId)).jobId));

  const stop = (): void => void attempt(() => dashboard.cancelBulkJob(jobId));
  const canUndo = isOver && job?.undoOf === undefined && job?.undoneBy === undefined && done > 0;
  const latest = useRef({ undo, stop });
  latest.current = { undo, stop };
  useCommands(
    useMemo(() => {
      const group = t('bulk.title');
      return [
        {
          id: 'bulk.undo',
          text: t('bulk.undoJob'),
          group,
          run: () => latest.current.undo(),
          isShown: () => canUndo,
        },
        { id: 'bulk.stop', text: t('bulk.stopJob'), group, run: () => latest.current.stop(), isShown: () => !isOver },
      ];
    }, [t, canUndo, isOver]),
  );

  return (
    <section className={classes.progress} aria-label={t('bulk.progress')}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" role="status">
          {!job || job.state === 'planning' ? t('bulk.planning') : t(`bulk.${job.state}`, { done, total, failed })}
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
        color={job?.state === 'failed' || failed > 0 ? 'orange' : 'parley'}
        aria-label={t('bulk.progress')}
      />
      {job?.error && (
        <Text size="xs" c="red" role="alert">
          {job.error.message}
        </Text>
      )}
    </section>
  );
}
