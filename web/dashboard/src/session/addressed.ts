/** The service that an address is about: somebody may be staff of several. */

/** Return the service of the case that an address leads to, or the one that it names: `/campaigns/c1?service=acme`. */
export function serviceOf({ pathname, search }: Pick<Location, 'pathname' | 'search'>): string | undefined {
  const [, page, chatId = ''] = pathname.split('/');
  if (page === 'inbox') return /^[^:]+:service:(.+)$/.exec(decoded(chatId))?.[1];
  const named = new URLSearchParams(search).get('service') ?? '';
  return /^[^:/]+$/.test(named) ? named : undefined;
}

/** Lead to a campaign of a service that may not be the one on the screen. */
export function campaignAddress(campaignId: string, serviceId: string): string {
  return `/campaigns/${encodeURIComponent(campaignId)}?service=${encodeURIComponent(serviceId)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Somebody has cut an address short.
    return '';
  }
}
