/** The members of a chat, while they are shown: a read for each. */
import type { ChatSession, DocumentList, ListedMember } from 'parley-client';
import { useEffect, useState } from 'react';

interface Members {
  members: ListedMember[] | undefined;
  hasMore: boolean;
  more(): Promise<void>;
}

export function useMembers(chat: ChatSession): Members {
  const [list, setList] = useState<DocumentList<ListedMember>>();
  const [shown, setShown] = useState<{ items: ListedMember[]; hasMore: boolean }>();
  useEffect(() => {
    const opened = chat.members();
    setList(opened);
    opened.subscribe(setShown, () => setShown({ items: [], hasMore: false }));
    return () => opened.close();
  }, [chat]);
  return {
    members: shown?.items,
    hasMore: shown?.hasMore ?? false,
    more: async () => list?.more(),
  };
}
