/** Show a page of campaigns, or a part of one, to staff with a role. */
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { configure } from '@testing-library/react';
import { CommandsProvider } from 'parley-screen/commands/commands.js';
import type { ComponentType } from 'react';
import { CampaignPage } from '../../../src/campaigns/CampaignPage.js';
import { CampaignsPage } from '../../../src/campaigns/CampaignsPage.js';
import { NewCampaignPage } from '../../../src/campaigns/NewCampaignPage.js';
import { loadTexts as loadCampaigns } from '../../../src/campaigns/texts.js';
import { type Session, SessionProvider } from '../../../src/session/session.js';
import Notices from '../../../src/shell/Notices.js';
import { loadTexts as loadShell } from '../../../src/texts.js';
import { show } from '../onScreen.js';

/** A deadline only ends what hangs. */
configure({ asyncUtilTimeout: 40_000 });

// What grows with its text measures it when a font arrives, and happy-dom has no fonts.
Object.defineProperty(document, 'fonts', { value: new EventTarget() });

const texts: typeof loadCampaigns = async (language) => ({
  ...(await loadShell(language)),
  ...(await loadCampaigns(language)),
});

/**
 * Open an address; `dashboard` is the twin of the calls that the page makes. Return where one is by now.
 *
 * @param composer In place of the composer, for a draft whose lists would be read from Firestore.
 */
export function open(
  address: string,
  dashboard: object,
  composer: ComponentType = NewCampaignPage,
): { address(): string } {
  const root = createRootRoute();
  const route = (path: string, component: ComponentType) =>
    createRoute({ getParentRoute: () => root, path, component: component as () => React.JSX.Element });
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createRouter({
    routeTree: root.addChildren([
      route('/campaigns', CampaignsPage),
      route('/campaigns/new', composer),
      route('/campaigns/$campaignId', CampaignPage),
    ]),
    history,
  });
  const session = { dashboard, serviceId: 'acme', uid: 'sam', role: 'owner' } as unknown as Session;
  show(
    <CommandsProvider>
      <Notices />
      <SessionProvider value={session}>
        <RouterProvider router={router as never} />
      </SessionProvider>
    </CommandsProvider>,
    texts,
  );
  return { address: () => history.location.href };
}
