/** The addresses of the dashboard. Each page is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, Navigate } from '@tanstack/react-router';
import { Failure, Loading } from 'parley-screen/States.js';
import { inboxSearch } from './inbox/search.js';
import { Frame } from './shell/Frame.js';
import { lazyPage } from './shell/pages.js';

const root = createRootRoute({ component: Frame, notFoundComponent: Home });
const home = createRoute({ getParentRoute: () => root, path: '/', component: Home });

function Home() {
  return <Navigate to="/inbox" replace />;
}

const inboxTexts = () => import('./inbox/texts.js');
const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: inboxSearch,
  component: lazyPage(() => import('./inbox/InboxPage.js').then((page) => page.InboxPage), inboxTexts),
});
/** Inside of the inbox, so that its list stays while one goes from case to case. */
const oneCase = createRoute({
  getParentRoute: () => inbox,
  path: '$chatId',
  component: lazyPage(() => import('./inbox/CasePage.js').then((page) => page.CasePage), inboxTexts),
});

const campaignTexts = () => import('./campaigns/texts.js');
const campaigns = createRoute({
  getParentRoute: () => root,
  path: '/campaigns',
  component: lazyPage(() => import('./campaigns/CampaignsPage.js').then((page) => page.CampaignsPage), campaignTexts),
});
const newCampaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/new',
  component: lazyPage(
    () => import('./campaigns/NewCampaignPage.js').then((page) => page.NewCampaignPage),
    campaignTexts,
  ),
});
const campaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$campaignId',
  component: lazyPage(() => import('./campaigns/CampaignPage.js').then((page) => page.CampaignPage), campaignTexts),
});

const peopleTexts = () => import('./people/texts.js');
const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  component: lazyPage(() => import('./people/PeoplePage.js').then((page) => page.PeoplePage), peopleTexts),
});
const person = createRoute({
  getParentRoute: () => root,
  path: '/people/$userId',
  component: lazyPage(() => import('./people/PersonPage.js').then((page) => page.PersonPage), peopleTexts),
});
const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  component: lazyPage(
    () => import('./reports/ReportsPage.js').then((page) => page.ReportsPage),
    () => import('./reports/texts.js'),
  ),
});
const sms = createRoute({
  getParentRoute: () => root,
  path: '/sms',
  component: lazyPage(
    () => import('./sms/SmsPage.js').then((page) => page.SmsPage),
    () => import('./sms/texts.js'),
  ),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  component: lazyPage(
    () => import('./audit/AuditPage.js').then((page) => page.AuditPage),
    () => import('./audit/texts.js'),
  ),
});
const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: lazyPage(
    () => import('./health/HealthPage.js').then((page) => page.HealthPage),
    () => import('./health/texts.js'),
  ),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyPage(
    () => import('./settings/SettingsPage.js').then((page) => page.SettingsPage),
    () => import('./settings/texts.js'),
  ),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    inbox.addChildren([oneCase]),
    campaigns,
    newCampaign,
    campaign,
    people,
    person,
    reports,
    sms,
    audit,
    health,
    settings,
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
