import { Outlet, useRouterState } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { Empty, OfflineNotice } from 'parley-screen/States.js';
import { ChatListPane } from '../list/ChatListPane.js';
import { useText } from '../texts.js';
import classes from './Frame.module.css';

/** On a phone the list or what was opened; on a wide screen both. */
export function Frame() {
  const t = useText();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isList = path === '/';
  return (
    <div className={classes.frame}>
      <OfflineNotice />
      <div className={classes.panes}>
        <nav className={classes.list} data-behind={!isList || undefined} aria-label={t('chat.title')}>
          <ChatListPane />
        </nav>
        <main className={classes.main} data-behind={isList || undefined}>
          {isList ? <Empty icon={<MessagesSquare />}>{t('chat.choose')}</Empty> : <Outlet />}
        </main>
      </div>
    </div>
  );
}
