/** Pages that are loaded when they are first opened, with their texts. */
import { lazyRouteComponent } from '@tanstack/react-router';
import type { LoadTexts } from 'parley-screen/language.js';
import type { ComponentType } from 'react';

interface TextsModule {
  loadTexts: LoadTexts;
}

type Ground = typeof import('./PageGround.js').PageGround;

/** `page` imports the component, `texts` the module that loads the texts below it. */
export function lazyPage(page: () => Promise<ComponentType>, texts: () => Promise<TextsModule>) {
  return lazyRouteComponent(async () => {
    const [Page, { loadTexts }, { PageGround }] = await Promise.all([page(), texts(), import('./PageGround.js')]);
    return { default: standing(Page, loadTexts, PageGround) };
  });
}

function standing(Page: ComponentType, load: LoadTexts, PageGround: Ground): ComponentType {
  return () => (
    <PageGround load={load}>
      <Page />
    </PageGround>
  );
}
