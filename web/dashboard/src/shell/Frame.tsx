import { ActionIcon, Indicator, Tooltip, UnstyledButton } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { Command as CommandIcon } from 'lucide-react';
import { useKeyOf, useShowCommands } from 'parley-screen/commands/commands.js';
import { KeyCaps } from 'parley-screen/commands/KeyCaps.js';
import { OfflineNotice } from 'parley-screen/States.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { AccountMenu } from './AccountMenu.js';
import { AlertsProvider, useAlerts } from './Alerts.js';
import classes from './Frame.module.css';
import { pagesFor } from './pageList.js';
import { useShellCommands } from './shellCommands.js';

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

  return (
    <div className={classes.frame}>
      <nav className={classes.rail} aria-label={t('shell.pages')}>
        {pagesFor(role).map(({ to, text, Icon }) => (
          <Tooltip key={to} label={t(text)} position="right" openDelay={300}>
            <UnstyledButton
              className={classes.page ?? ''}
              renderRoot={(props) => (
                <Link to={to} activeProps={{ 'data-active': true, 'aria-current': 'page' }} {...props} />
              )}
            >
              <Indicator
                label={waiting}
                disabled={to !== '/inbox' || waiting === undefined}
                size={15}
                offset={2}
                color="red.8"
                aria-label={waiting === undefined ? undefined : t('alerts.waiting', { count: waiting })}
              >
                <Icon size={20} aria-hidden />
              </Indicator>
              <span className={classes.name}>{t(text)}</span>
            </UnstyledButton>
          </Tooltip>
        ))}
        <div className={classes.end}>
          <Tooltip
            label={
              <span className={classes.hint}>
                {t('shell.commands')} <KeyCaps value={barKey} />
              </span>
            }
            position="right"
          >
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('shell.commands')}
              onClick={() => show('bar')}
            >
              <CommandIcon size={18} />
            </ActionIcon>
          </Tooltip>
          <AccountMenu />
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
