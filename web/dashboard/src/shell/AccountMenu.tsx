import '@mantine/core/styles/Popover.layer.css';
import '@mantine/core/styles/Menu.layer.css';
import { Menu, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  Bell,
  BellOff,
  Building2,
  Check,
  Keyboard,
  LogOut,
  MessageSquareText,
  Moon,
  ScrollText,
  Sun,
  SunMoon,
} from 'lucide-react';
import { useShowCommands } from 'parley-screen/commands/commands.js';
import { LANGUAGES, type Language, useLanguage } from 'parley-screen/language.js';
import type { ReactElement } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { useAlerts } from './Alerts.js';
import { LEVELS } from './alertLevels.js';
import { SIDE_PAGES } from './pageList.js';

const SCHEMES = [
  { value: 'light', text: 'shell.light', Icon: Sun },
  { value: 'dark', text: 'shell.dark', Icon: Moon },
  { value: 'auto', text: 'shell.auto', Icon: SunMoon },
] as const;

const ICONS = { '/sms': MessageSquareText, '/audit': ScrollText } as const;

/** Who is signed in, and how they want the dashboard. */
export default function AccountMenu({ children }: { children: ReactElement }) {
  const t = useText();
  const session = useSession();
  const show = useShowCommands();
  const alerts = useAlerts();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  return (
    <Menu position="right-end" width={250} defaultOpened>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown mah="calc(100dvh - 16px)" style={{ overflowY: 'auto' }}>
        <Menu.Label>
          {session.displayName} · {t(`role.${session.role}`)} · {session.serviceId}
        </Menu.Label>
        <Menu.Item leftSection={<Keyboard size={16} />} onClick={() => show('keys')}>
          {t('shell.keys')}
        </Menu.Item>
        {SIDE_PAGES.map(({ to, text }) => {
          const Icon = ICONS[to];
          return (
            <Menu.Item key={to} leftSection={<Icon size={16} />} renderRoot={(props) => <Link to={to} {...props} />}>
              {t(text)}
            </Menu.Item>
          );
        })}
        <Menu.Divider />
        <Menu.Label>{t('alerts.title')}</Menu.Label>
        {LEVELS.map((level) => (
          <Menu.Item
            key={level}
            leftSection={level === 'none' ? <BellOff size={16} /> : <Bell size={16} />}
            rightSection={alerts.level === level && <Check size={16} aria-label={t('shell.chosen')} />}
            onClick={() => alerts.choose(level)}
          >
            {t(`alerts.${level}`)}
          </Menu.Item>
        ))}
        <Menu.Label fw={400}>{t(isBlocked() ? 'alerts.blocked' : 'alerts.open')}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t('shell.appearance')}</Menu.Label>
        {SCHEMES.map(({ value, text, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === value && <Check size={16} aria-label={t('shell.chosen')} />}
            onClick={() => setColorScheme(value)}
          >
            {t(text)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('shell.language')}</Menu.Label>
        {Object.entries(LANGUAGES).map(([value, name]) => (
          <Menu.Item
            key={value}
            lang={value}
            rightSection={language === value && <Check size={16} aria-label={t('shell.chosen')} />}
            onClick={() => choose(value as Language)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Building2 size={16} />} onClick={session.leaveService}>
          {t('shell.changeService')}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} />} onClick={session.signOut}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Whether the browser shows no notification of this page, as its user once chose. */
function isBlocked(): boolean {
  return 'Notification' in window && Notification.permission === 'denied';
}
