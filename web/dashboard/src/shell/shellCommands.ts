/** The commands that every page offers. */
import { useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useCommands } from 'parley-screen/commands/commands.js';
import { LANGUAGES, type Language, useLanguage } from 'parley-screen/language.js';
import { useMemo } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { useAlerts } from './Alerts.js';
import { LEVELS } from './alertLevels.js';
import { pagesFor, SIDE_PAGES } from './pageList.js';

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** Buttons that many pages have. */
const PRESSED = [{ act: 'more', key: 'Shift+O' }, { act: 'tryAgain' }] as const;

/** The first button of the page that does such an act. */
function onPage(act: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`main [data-act="${act}"]`);
}

export function useShellCommands(): void {
  const t = useText();
  const navigate = useNavigate();
  const { role, leaveService, signOut } = useSession();
  const { language, choose } = useLanguage();
  const { toggleColorScheme, colorScheme, setColorScheme } = useMantineColorScheme();
  const alerts = useAlerts();

  const commands = useMemo(
    () => [
      ...pagesFor(role).map(({ to, text, key }) => ({
        id: `go${to.replace('/', '.')}`,
        text: t('shell.goTo', { page: t(text) }),
        group: t('shell.pages'),
        key,
        run: () => void navigate({ to }),
      })),
      ...SIDE_PAGES.map(({ to, text }) => ({
        id: `go${to.replace('/', '.')}`,
        text: t('shell.goTo', { page: t(text) }),
        group: t('shell.pages'),
        run: () => void navigate({ to }),
      })),
      ...PRESSED.map(({ act, ...command }) => ({
        id: `shell.${act}`,
        text: t(`shell.${act}`),
        group: t('lines.group'),
        ...command,
        run: () => onPage(act)?.click(),
        isShown: () => onPage(act) !== null,
      })),
      {
        id: 'shell.darkOrLight',
        text: t('shell.darkOrLight'),
        group: t('shell.appearance'),
        key: 'Shift+D',
        run: toggleColorScheme,
      },
      ...SCHEMES.map((scheme) => ({
        id: `shell.scheme.${scheme}`,
        text: `${t('shell.appearance')}: ${t(`shell.${scheme}`)}`,
        group: t('shell.appearance'),
        run: () => setColorScheme(scheme),
        isShown: () => scheme !== colorScheme,
      })),
      ...LEVELS.map((level) => ({
        id: `shell.alerts.${level}`,
        text: `${t('alerts.title')}: ${t(`alerts.${level}`)}`,
        group: t('shell.accountGroup'),
        run: () => alerts.choose(level),
        isShown: () => level !== alerts.level,
      })),
      ...Object.entries(LANGUAGES).map(([value, name]) => ({
        id: `shell.language.${value}`,
        text: `${t('shell.language')}: ${name}`,
        group: t('shell.appearance'),
        run: () => choose(value as Language),
        isShown: () => value !== language,
      })),
      { id: 'shell.changeService', text: t('shell.changeService'), group: t('shell.accountGroup'), run: leaveService },
      { id: 'shell.signOut', text: t('shell.signOut'), group: t('shell.accountGroup'), run: () => void signOut() },
    ],
    [
      t,
      navigate,
      role,
      leaveService,
      signOut,
      language,
      choose,
      toggleColorScheme,
      colorScheme,
      setColorScheme,
      alerts,
    ],
  );
  useCommands(commands);
}
