/** How many cases wait, on the tab and on the icon of an installed page. */

const PRODUCT = 'Parley';
const SIZE = 32;
const DOT = 9;

/** `page` is the name of the page on the screen, so that tabs and the history can be told apart. */
export function showWaiting(shown: string | undefined, page?: string): void {
  const title = page === undefined ? PRODUCT : `${page} · ${PRODUCT}`;
  document.title = shown === undefined ? title : `(${shown}) ${title}`;
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link) link.href = icon(shown !== undefined);
  // Browsers without it, and pages that are not installed, have the title.
  if (shown === undefined) void navigator.clearAppBadge?.().catch(() => undefined);
  else void navigator.setAppBadge?.(Number.parseInt(shown, 10)).catch(() => undefined);
}

function icon(hasDot: boolean): string {
  const dot = hasDot ? `<circle cx="${SIZE - DOT}" cy="${DOT}" r="${DOT}" fill="#e03131"/>` : '';
  const bubble =
    '<path d="M4 6a4 4 0 0 1 4-4h16a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4H14l-7 6v-6a3 3 0 0 1-3-3z" fill="#4b5edb"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}">${bubble}${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
