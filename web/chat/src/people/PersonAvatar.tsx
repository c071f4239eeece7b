import { Avatar } from '@mantine/core';
import { Headset, Megaphone, UsersRound } from 'lucide-react';
import type { ListedChat } from 'parley-client';

const ICONS = { group: UsersRound, case: Headset, broadcast: Megaphone };

/** A picture beside a name that stands there as text, so it has no text of its own. */
export function PersonAvatar({
  name,
  kind = 'direct',
  size = 44,
}: {
  name: string;
  kind?: ListedChat['kind'];
  size?: number;
}) {
  if (kind === 'direct') return <Avatar name={name} color="initials" size={size} alt="" aria-hidden />;
  const Icon = ICONS[kind];
  return (
    <Avatar size={size} color="parley" alt="" aria-hidden>
      <Icon size={size / 2} />
    </Avatar>
  );
}
