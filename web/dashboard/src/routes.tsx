import { createRootRoute, createRoute, createRouter, Navigate } from '@tanstack/react-router';
import { CampaignPage } from './campaigns/CampaignPage.js';
import { CampaignsPage } from './campaigns/CampaignsPage.js';
import { InboxPage } from './inbox/InboxPage.js';
import { Frame } from './shell/Frame.js';

const root = createRootRoute({ component: Frame, notFoundComponent: () => <Navigate to="/inbox" /> });

const inbox = createRoute({ getParentRoute: () => root, path: '/inbox', component: InboxPage });
export const caseRoute = createRoute({ getParentRoute: () => root, path: '/inbox/$chatId', component: InboxPage });
const campaigns = createRoute({ getParentRoute: () => root, path: '/campaigns', component: CampaignsPage });
export const campaignRoute = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$campaignId',
  component: CampaignPage,
});

export const router = createRouter({
  routeTree: root.addChildren([inbox, caseRoute, campaigns, campaignRoute]),
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
