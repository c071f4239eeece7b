import { UnstyledButton } from '@mantine/core';
import { Check } from 'lucide-react';
import { type Problem, STEPS, type Step } from './job.js';
import classes from './stepList.module.css';
import { useText } from './texts.js';

interface Props {
  current: Step;
  problems: readonly Problem[];
  onStep(step: Step): void;
}

/** The steps of the composer; each can be opened at any time. */
export function StepList({ current, problems, onStep }: Props) {
  const t = useText();
  return (
    <nav aria-label={t('campaigns.steps')}>
      <ol className={classes.steps}>
        {STEPS.map((step, at) => {
          const isDone = step !== 'check' && problems.every((each) => each.step !== step);
          return (
            <li key={step}>
              <UnstyledButton
                className={classes.step}
                aria-current={step === current ? 'step' : undefined}
                onClick={() => onStep(step)}
              >
                <span className={classes.mark} data-done={isDone || undefined} aria-hidden>
                  {isDone ? <Check size={14} /> : at + 1}
                </span>
                {t(`campaigns.step.${step}`)}
              </UnstyledButton>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
