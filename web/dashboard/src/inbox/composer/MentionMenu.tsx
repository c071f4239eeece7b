import { UnstyledButton } from '@mantine/core';
import { useText } from '../texts.js';
import classes from './Composer.module.css';
import type { Mention } from './useMention.js';

/** The colleagues whose names fit what was typed after `@`. */
export function MentionMenu({ mention: { offered, active, choose } }: { mention: Mention }) {
  const t = useText();
  if (offered.length === 0) return null;
  return (
    <ul className={classes.menu} aria-label={t('composer.mention')}>
      {offered.map((colleague, index) => (
        <li key={colleague.uid}>
          <UnstyledButton
            className={classes.answer ?? ''}
            tabIndex={-1}
            data-active={index === active || undefined}
            aria-current={index === active || undefined}
            // The field keeps the focus, whose loss would close the menu.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(colleague)}
          >
            <span className={classes.shortcut}>
              <bdi>{colleague.name}</bdi>
            </span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
