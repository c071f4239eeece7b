/** Names of people, services and chats. */
import { type ListedChat, otherOf } from 'parley-client';
import { useCallback, useEffect, useState } from 'react';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';

const SERVICE = 'service:';

/** Stands for a name that is on its way: an id that turns into a name would be read twice. */
const ON_ITS_WAY = '…';

/** The names of members by their ids. The id stands for somebody who has no name. */
export function useNames(memberIds: readonly (string | undefined)[]): (memberId: string | undefined) => string {
  const t = useText();
  const { parley } = useSession();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const wanted = [...new Set(memberIds)].filter((id): id is string => id !== undefined && isPerson(id));
  const key = wanted.sort().join(' ');

  useEffect(() => {
    let isOver = false;
    for (const uid of key.split(' ').filter(Boolean)) {
      parley.people.profile(uid).then(
        (profile) => {
          if (!isOver) setNames((before) => new Map(before).set(uid, profile?.displayName ?? uid));
        },
        // Somebody who cannot be asked now is shown by their id.
        () => !isOver && setNames((before) => new Map(before).set(uid, uid)),
      );
    }
    return () => {
      isOver = true;
    };
  }, [parley, key]);

  return useCallback(
    (memberId) => {
      if (memberId === undefined) return t('name.someone');
      if (memberId.startsWith(SERVICE)) return serviceName(memberId.slice(SERVICE.length));
      return names.get(memberId) ?? (isPerson(memberId) ? ON_ITS_WAY : memberId);
    },
    [t, names],
  );
}

export function useName(memberId: string | undefined): string {
  return useNames([memberId])(memberId);
}

function isPerson(memberId: string): boolean {
  return !memberId.includes(':') && memberId !== 'system';
}

/** Nobody but its staff reads a service's record; its id is its name with a small letter. */
export function serviceName(serviceId: string): string {
  return serviceId.slice(0, 1).toUpperCase() + serviceId.slice(1);
}

type Titled = Pick<ListedChat, 'chatId' | 'kind' | 'title'>;

/** What a chat is called. */
export function useChatTitle(chat: Titled): string {
  const t = useText();
  const { uid } = useSession();
  const { chatId, kind, title } = chat;
  const name = useName(kind === 'direct' ? otherOf(chatId, uid) : undefined);
  if (kind === 'direct') return name;
  if (title) return title;
  const service = serviceName(chatId.split(':')[2] ?? '');
  if (kind === 'broadcast') return t('name.news', { name: service });
  return kind === 'case' ? service : t('name.group');
}
