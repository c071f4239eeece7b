import { ActionIcon, Group, Menu, Text } from '@mantine/core';
import { EllipsisVertical } from 'lucide-react';
import type { ListedMember } from 'parley-client';
import { ConfirmItem } from 'parley-screen/ConfirmItem.js';
import { useAttempt } from 'parley-screen/failures.js';
import { useOpenChat } from '../chat/open.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { PersonAvatar } from './PersonAvatar.js';
import { givable, isAbove, type Role } from './roles.js';

const GIVE = { member: 'details.makeMember', admin: 'details.makeAdmin', owner: 'details.makeOwner' } as const;

interface Props {
  member: ListedMember;
  name: string;
  /** One's own role in the group. */
  own: Role | undefined;
}

export function MemberRow({ member: { memberId, role }, name, own }: Props) {
  const t = useText();
  const attempt = useAttempt();
  const { uid } = useSession();
  const { chat } = useOpenChat();
  return (
    <Group component="li" gap="sm" wrap="nowrap" data-member={memberId}>
      <PersonAvatar name={name} size={32} />
      <Text size="sm" flex={1} truncate>
        <bdi>{memberId === uid ? t('details.you', { name }) : name}</bdi>
      </Text>
      <Text size="xs" c="dimmed">
        {t(`role.${role}`)}
      </Text>
      {isAbove(own, role) && memberId !== uid && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('details.memberOptions', { name })}>
              <EllipsisVertical size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {givable(own, role).map((given) => (
              <Menu.Item key={given} onClick={() => attempt(() => chat.membership.setRole(memberId, given))}>
                {t(GIVE[given])}
              </Menu.Item>
            ))}
            <ConfirmItem
              sure={t('details.removeSure')}
              onConfirm={() => attempt(() => chat.membership.remove(memberId))}
            >
              {t('details.remove')}
            </ConfirmItem>
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
