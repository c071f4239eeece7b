/** The service that an address is about. */

/** Return the service of the case that a path leads to: somebody may be staff of several. */
export function serviceOfCase(pathname: string): string | undefined {
  const [, page, chatId = ''] = pathname.split('/');
  return page === 'inbox' ? /^[^:]+:service:(.+)$/.exec(decoded(chatId))?.[1] : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Somebody has cut an address short.
    return '';
  }
}
