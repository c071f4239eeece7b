/** The addresses of the chat client, below `/chat`. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { Failure, Loading } from 'parley-screen/States.js';
import { Frame } from './pages/Frame.js';
import { parseQuery, queryOf } from './query.js';

/** Who chats, in which language and colours, if the address says it: it goes on saying so. */
interface Kept {
  profile?: string;
  language?: string;
  scheme?: string;
}
const KEPT = ['profile', 'language', 'scheme'] as const;

const root = createRootRoute({
  component: Frame,
  validateSearch: (search): Kept =>
    Object.fromEntries(KEPT.flatMap((name) => (typeof search[name] === 'string' ? [[name, search[name]]] : []))),
  search: { middlewares: [retainSearchParams<Kept>([...KEPT])] },
});

const list = createRoute({ getParentRoute: () => root, path: '/' });

export const chat = createRoute({
  getParentRoute: () => root,
  path: '/chats/$chatId',
  component: lazyRouteComponent(() => import('./pages/ChatPage.js'), 'ChatPage'),
});

export const begin = createRoute({
  getParentRoute: () => root,
  path: '/new',
  validateSearch: (search): { with?: string } => (typeof search.with === 'string' ? { with: search.with } : {}),
  component: lazyRouteComponent(() => import('./pages/NewChatPage.js'), 'NewChatPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/SettingsPage.js'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([list, chat, begin, settings]),
  basepath: '/chat',
  parseSearch: parseQuery,
  stringifySearch: queryOf,
  defaultPendingComponent: Loading,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
