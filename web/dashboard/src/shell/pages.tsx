/** A page that is loaded when it is first opened, with its texts. */
import { lazyRouteComponent } from '@tanstack/react-router';
import { type LoadTexts, MoreTexts } from 'parley-screen/language.js';
import type { ComponentType } from 'react';

interface TextsModule {
  loadTexts: LoadTexts;
}

/** `page` imports the component, `texts` the module that loads the texts below it. */
export function lazyPage(page: () => Promise<ComponentType>, texts: () => Promise<TextsModule>) {
  return lazyRouteComponent(async () => {
    const [Page, { loadTexts }] = await Promise.all([page(), texts()]);
    const default_ = () => (
      <MoreTexts load={loadTexts}>
        <Page />
      </MoreTexts>
    );
    return { default: default_ };
  });
}
