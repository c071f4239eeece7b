import { UnstyledButton } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { Command as CommandIcon } from 'lucide-react';
import { useKeyOf, useShowCommands } from 'parley-screen/commands/commands.js';
import { shownKey } from 'parley-screen/commands/keys.js';
import { OfflineNotice } from 'parley-screen/States.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { AccountButton } from './AccountButton.js';
import { AlertsProvider, useAlerts } from './Alerts.js';
import classes from './Frame.module.css';
import { pagesFor } from './pageList.js';
import { useShellCommands } from './shellCommands.js';
import { useRefusedAnswers } from './useRefusedAnswers.js';

/** The navigation around every page: a rail at the side, on a phone a bar at the bottom. */
export function Frame() {
  return (
    <AlertsProvider>
      <Framed />
    </AlertsProvider>
  );
}

function Framed() {
  const t = useText();
  const { role } = useSession();
  const show = useShowCommands();
  const barKey = useKeyOf('commands.bar');
  const { waiting } = useAlerts();
  useShellCommands();
  useRefusedAnswers();

  return (
    <div className={classes.frame}>
      <nav className={classes.rail} aria-label={t('shell.pages')}>
        {pagesFor(role).map(({ to, text, Icon }) => (
          <UnstyledButton
            key={to}
            className={classes.page ?? ''}
            title={t(text)}
            renderRoot={(props) => (
              <Link to={to} activeProps={{ 'data-active': true, 'aria-current': 'page' }} {...props} />
            )}
          >
            <Icon size={20} aria-hidden />
            <span className={classes.name}>{t(text)}</span>
            {to === '/inbox' && waiting !== undefined && (
              <span className={classes.waiting}>
                <span aria-hidden>{waiting}</span>
                <span className={classes.hidden}>{t('alerts.waiting', { count: waiting })}</span>
              </span>
            )}
          </UnstyledButton>
        ))}
        <div className={classes.end}>
          <UnstyledButton
            className={classes.commands ?? ''}
            aria-label={t('shell.commands')}
            title={[t('shell.commands'), ...(barKey === undefined ? [] : shownKey(barKey))].join(' ')}
            onClick={() => show('bar')}
          >
            <CommandIcon size={18} aria-hidden />
          </UnstyledButton>
          <AccountButton />
        </div>
      </nav>
      <div className={classes.main}>
        <OfflineNotice />
        <main className={classes.content}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}
