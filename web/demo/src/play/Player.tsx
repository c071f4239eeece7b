import { Alert, Button, Group, Paper, Text, Title } from '@mantine/core';
import { Check, CircleDashed, CircleX, LoaderCircle } from 'lucide-react';
import { useFailureText } from 'parley-screen/failures.js';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Cast } from '../cast/cast.js';
import { useText } from '../texts.js';
import { Stopped } from './acts.js';
import classes from './Player.module.css';
import { type Memory, STEPS } from './steps.js';

interface Progress {
  /** How many steps are done. */
  done: number;
  state: 'waiting' | 'playing' | 'stopped' | 'failed' | 'over';
  error?: unknown;
}

/** Plays the scenario once whoever opened the page can see it, and again when asked. */
export function Player({ cast, begins }: { cast: Cast; begins: boolean }) {
  const t = useText();
  const inWords = useFailureText();
  const [{ done, state, error }, setProgress] = useState<Progress>({ done: 0, state: 'waiting' });
  const playing = useRef<AbortController>(undefined);

  const play = useCallback(async () => {
    playing.current?.abort();
    const controller = new AbortController();
    playing.current = controller;
    const memory: Memory = {};
    for (const [index, step] of STEPS.entries()) {
      setProgress({ done: index, state: 'playing' });
      try {
        await step.act({ signal: controller.signal }, cast, memory);
      } catch (failure) {
        // A play that was begun anew goes on with its own progress.
        if (playing.current !== controller) return;
        const isStopped = failure instanceof Stopped;
        setProgress({ done: index, state: isStopped ? 'stopped' : 'failed', error: failure });
        return;
      }
    }
    setProgress({ done: STEPS.length, state: 'over' });
  }, [cast]);

  useEffect(() => {
    if (begins) void play();
    return () => playing.current?.abort();
  }, [begins, play]);

  const isPlaying = state === 'playing';
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="what-happens" data-play={state}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="what-happens">
          {t('play.title')}
        </Title>
        {isPlaying ? (
          <Button size="xs" variant="default" onClick={() => playing.current?.abort()}>
            {t('play.stop')}
          </Button>
        ) : (
          <Button size="xs" onClick={play}>
            {t(state === 'waiting' ? 'play.play' : 'play.again')}
          </Button>
        )}
      </Group>
      <ol className={classes.steps}>
        {STEPS.map(({ text }, index) => (
          <li key={text} className={classes.step} aria-current={isPlaying && index === done ? 'step' : undefined}>
            <Mark index={index} done={done} state={state} />
            <Text span size="sm">
              {t(text)}
            </Text>
          </li>
        ))}
      </ol>
      {state === 'failed' && (
        <Alert color="red" mt="sm" role="alert">
          {t('play.failed', { why: inWords(error) })}
        </Alert>
      )}
    </Paper>
  );
}

function Mark({ index, done, state }: { index: number } & Pick<Progress, 'done' | 'state'>) {
  if (index < done) return <Check size={16} aria-hidden />;
  if (index > done || state === 'waiting' || state === 'stopped') return <CircleDashed size={16} aria-hidden />;
  if (state === 'failed') return <CircleX size={16} aria-hidden />;
  return <LoaderCircle size={16} className={classes.turning} aria-hidden />;
}
