import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { CaseItem, ListShown } from 'parley-client';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { knownAfter, type Level, newsIn, rememberedLevel, rememberLevel, shownCount, toldOf } from './alertLevels.js';
import { showWaiting } from './badge.js';
import { PAGES, SIDE_PAGES } from './pageList.js';

/** Unread cases that are listened to; more are shown as such. */
const MOST = 20;

interface AlertSettings {
  level: Level;
  choose(level: Level): void;
  /** How many unread cases concern one. */
  waiting: string | undefined;
}

const AlertsContext = createContext<AlertSettings | undefined>(undefined);

export function useAlerts(): AlertSettings {
  const settings = useContext(AlertsContext);
  if (!settings) throw new Error('useAlerts needs an AlertsProvider above it');
  return settings;
}

/** Tell of unread cases on every page: on the tab, and by a notification while it is not in front. */
export function AlertsProvider({ children }: { children: ReactNode }) {
  const { uid } = useSession();
  const [level, setLevel] = useState(() => rememberedLevel(localStorage));
  const shown = useUnread();
  const told = useMemo(() => toldOf(shown?.items ?? [], level, uid), [shown, level, uid]);
  const waiting = told.length === 0 ? undefined : shownCount(told.length, shown?.hasMore ?? false);

  const page = usePageName();
  useEffect(() => showWaiting(waiting, page), [waiting, page]);
  useEffect(() => () => showWaiting(undefined), []);
  useNotifications(told, shown !== undefined && !shown.isFromCache);

  const settings = useMemo(
    () => ({
      level,
      waiting,
      choose(chosen: Level) {
        rememberLevel(localStorage, chosen);
        setLevel(chosen);
        if (chosen !== 'none' && 'Notification' in window) void Notification.requestPermission();
      },
    }),
    [level, waiting],
  );
  return <AlertsContext.Provider value={settings}>{children}</AlertsContext.Provider>;
}

/** The name of the page on the screen, as the navigation has it. */
function usePageName(): string | undefined {
  const t = useText();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const page = [...PAGES, ...SIDE_PAGES].find(({ to }) => path === to || path.startsWith(`${to}/`));
  return page && t(page.text);
}

function useUnread(): ListShown<CaseItem> | undefined {
  const { dashboard } = useSession();
  const [shown, setShown] = useState<ListShown<CaseItem>>();
  useEffect(() => {
    const list = dashboard.view('unread', { pageSize: MOST });
    // The inbox shows why it cannot be read.
    list.subscribe(setShown, () => setShown(undefined));
    return () => list.close();
  }, [dashboard]);
  return shown;
}

function useNotifications(told: CaseItem[], isConfirmed: boolean): void {
  const t = useText();
  const navigate = useNavigate();
  const before = useRef<Map<string, string>>(undefined);

  useEffect(() => {
    if (!isConfirmed) return;
    // What was there when the page was opened is no news.
    const news = before.current ? newsIn(told, before.current) : [];
    before.current = knownAfter(before.current ?? new Map(), told);
    if (document.visibilityState === 'visible' || !('Notification' in window)) return;
    if (Notification.permission !== 'granted') return;
    for (const { chatId, lastMessage } of news) {
      const notification = notify(t('alerts.message'), { body: lastMessage?.preview ?? '', tag: chatId });
      if (!notification) return;
      notification.onclick = () => {
        window.focus();
        void navigate({ to: '/inbox/$chatId', params: { chatId }, search: {} });
      };
    }
  }, [told, isConfirmed, t, navigate]);
}

/** Nothing on phones, where only a service worker may show one: title and badge tell all the same. */
function notify(title: string, options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(title, options);
  } catch {
    return undefined;
  }
}
