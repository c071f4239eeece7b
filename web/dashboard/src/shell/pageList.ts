/** The pages of the navigation, with the roles that see them. */
import { Activity, Flag, Inbox, Megaphone, Settings, UsersRound } from 'lucide-react';
import type { Staff } from 'parley-client';
import { isAdmin, isOwner } from '../session/session.js';

export const PAGES = [
  { to: '/inbox', text: 'shell.inbox', key: 'Shift+I', Icon: Inbox, isFor: () => true },
  { to: '/campaigns', text: 'shell.campaigns', key: 'Shift+C', Icon: Megaphone, isFor: () => true },
  { to: '/people', text: 'shell.people', key: 'Shift+P', Icon: UsersRound, isFor: () => true },
  { to: '/reports', text: 'shell.reports', key: 'Shift+M', Icon: Flag, isFor: () => true },
  { to: '/health', text: 'shell.health', key: 'Shift+H', Icon: Activity, isFor: isOwner },
  { to: '/settings', text: 'shell.settings', key: 'Shift+S', Icon: Settings, isFor: isAdmin },
] as const satisfies readonly { isFor(role: Staff['role']): boolean; [field: string]: unknown }[];

/** Pages that other pages lead to, and the command bar: the rail has no room for all. */
export const SIDE_PAGES = [
  { to: '/sms', text: 'shell.sms' },
  { to: '/audit', text: 'shell.audit' },
] as const;

export function pagesFor(role: Staff['role']) {
  return PAGES.filter(({ isFor }) => isFor(role));
}
