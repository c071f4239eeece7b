/** The commands that every page offers. */
import { useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useCommands } from 'parley-screen/commands/commands.js';
import { LANGUAGES, type Language, useLanguage } from 'parley-screen/language.js';
import { useMemo } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { pagesFor } from './pageList.js';

export function useShellCommands(): void {
  const t = useText();
  const navigate = useNavigate();
  const { role, leaveService, signOut } = useSession();
  const { language, choose } = useLanguage();
  const { toggleColorScheme } = useMantineColorScheme();

  const commands = useMemo(
    () => [
      ...pagesFor(role).map(({ to, text, key }) => ({
        id: `go${to.replace('/', '.')}`,
        text: t('shell.goTo', { page: t(text) }),
        group: t('shell.pages'),
        key,
        run: () => void navigate({ to }),
      })),
      {
        id: 'shell.darkOrLight',
        text: t('shell.darkOrLight'),
        group: t('shell.appearance'),
        key: 'Shift+D',
        run: toggleColorScheme,
      },
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
    [t, navigate, role, leaveService, signOut, language, choose, toggleColorScheme],
  );
  useCommands(commands);
}
