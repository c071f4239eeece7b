import { UnstyledButton } from '@mantine/core';
import { useText } from '../texts.js';
import classes from './Composer.module.css';
import type { Canned } from './useCanned.js';

/** The canned answers that fit what was typed after `/`. */
export function CannedMenu({ canned }: { canned: Canned }) {
  const t = useText();
  const { offered, active } = canned;
  if (!offered) return null;
  return (
    <ul className={classes.menu} aria-label={t('composer.canned')}>
      {offered.length === 0 && (
        <li className={classes.answer}>
          <span className={classes.body}>{t('composer.noCanned')}</span>
        </li>
      )}
      {offered.map(([id, answer], index) => (
        <li key={id}>
          <UnstyledButton
            className={classes.answer ?? ''}
            tabIndex={-1}
            data-active={index === active || undefined}
            aria-current={index === active || undefined}
            // The field keeps the focus, whose loss would close the menu.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => canned.choose(answer)}
          >
            <span className={classes.shortcut}>
              /{answer.shortcut} · {answer.name}
            </span>
            <span className={classes.body} dir="auto">
              {answer.body}
            </span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
