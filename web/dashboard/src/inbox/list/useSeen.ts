/** A case that somebody opens from a filtered list is unread no more. */
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import type { FoundCase } from 'parley-client';
import { useEffect } from 'react';
import { isAgent, useSession } from '../../session/session.js';
import { foundKey } from './useCases.js';

export interface FoundPage {
  cases: FoundCase[];
  nextCursor?: string;
}

/** The server tells a live list; what was found before is put right here, without finding it anew. */
export function useSeen(chatId: string | undefined): void {
  const { serviceId, role } = useSession();
  const queries = useQueryClient();
  useEffect(() => {
    if (chatId === undefined || !isAgent(role)) return;
    queries.setQueriesData<InfiniteData<FoundPage>>({ queryKey: foundKey(serviceId) }, (found) => {
      return found && { ...found, pages: found.pages.map((page) => seenIn(page, chatId)) };
    });
  }, [queries, serviceId, role, chatId]);
}

/** The same page, unless it has the case as an unread one. */
export function seenIn(page: FoundPage, chatId: string): FoundPage {
  if (!page.cases.some((each) => each.chatId === chatId && each.isUnread)) return page;
  const cases = page.cases.map((each) => (each.chatId === chatId ? { ...each, isUnread: false } : each));
  return { ...page, cases };
}
