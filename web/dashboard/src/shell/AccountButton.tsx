import { UnstyledButton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import classes from './Frame.module.css';

const loadMenu = () => import('./AccountMenu.js');
const AccountMenu = lazy(loadMenu);

/** Who is signed in; its menu is loaded when somebody is about to open it. */
export function AccountButton() {
  const t = useText();
  const { displayName } = useSession();
  const [isAsked, setIsAsked] = useState(false);
  const button = (
    <UnstyledButton
      className={classes.account ?? ''}
      aria-label={t('shell.account', { name: displayName })}
      aria-haspopup="menu"
      onPointerEnter={() => void loadMenu()}
      onClick={() => setIsAsked(true)}
    >
      {initials(displayName)}
    </UnstyledButton>
  );
  if (!isAsked) return button;
  return (
    <Suspense fallback={button}>
      <AccountMenu>{button}</AccountMenu>
    </Suspense>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '').join('');
}
