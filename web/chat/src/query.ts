/**
 * The query of an address, as texts. The router's own way reads each value as JSON first, and a person's id of
 * digits would become a number (`findings/tanstack-router-ids-become-numbers.sh`).
 */

export function parseQuery(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

export function queryOf(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query && `?${query}`;
}
