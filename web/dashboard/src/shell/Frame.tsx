import { ActionIcon, AppShell, Burger, Button, Group, NavLink, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { useSession } from '../session/session.js';

const PAGES = [
  { to: '/inbox', label: 'Inbox' },
  { to: '/campaigns', label: 'Campaigns' },
] as const;

/** The navigation around every page. */
export function Frame() {
  const session = useSession();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { colorScheme, toggleColorScheme } = useMantineColorScheme();

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={0}
    >
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Text fw={600} truncate>
              {session.serviceId}
            </Text>
          </Group>
          <ActionIcon variant="default" aria-label="Dark or light" onClick={toggleColorScheme}>
            {colorScheme === 'dark' ? '☀' : '☾'}
          </ActionIcon>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <AppShell.Section grow component="nav" aria-label="Pages">
          {PAGES.map(({ to, label }) => (
            <NavLink key={to} label={label} renderRoot={(props) => <Link to={to} onClick={close} {...props} />} />
          ))}
        </AppShell.Section>
        <AppShell.Section>
          <Button variant="subtle" fullWidth onClick={session.leaveService}>
            Change service
          </Button>
          <Button variant="subtle" fullWidth onClick={session.signOut}>
            Sign out
          </Button>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
