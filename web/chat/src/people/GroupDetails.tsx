import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type Chat, LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { Loading } from 'parley-screen/States.js';
import { TextsInput } from 'parley-screen/TextsInput.js';
import { type FormEvent, useEffect, useState } from 'react';
import { useOpenChat } from '../chat/open.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { MemberRow } from './MemberRow.js';
import { useNames } from './names.js';
import { mayManage } from './roles.js';
import { useMembers } from './useMembers.js';

/** The members of a group with their roles; owners and admins change both. */
export function GroupDetails({ details }: { details: Chat | null }) {
  const t = useText();
  const attempt = useAttempt();
  const { uid } = useSession();
  const { chat } = useOpenChat();
  const { members, hasMore, more } = useMembers(chat);
  const names = useNames(members?.map(({ memberId }) => memberId) ?? []);
  const own = members?.find(({ memberId }) => memberId === uid)?.role;

  if (!members) return <Loading />;
  return (
    <Stack>
      {mayManage(own) && <Rename title={details?.title ?? ''} />}
      <Title order={2} size="h5">
        {t('details.members', { count: details?.memberCount ?? members.length })}
      </Title>
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
        {members.map((member) => (
          <MemberRow key={member.memberId} member={member} name={names(member.memberId)} own={own} />
        ))}
      </Stack>
      {hasMore && (
        <Button variant="subtle" onClick={() => attempt(more)}>
          {t('details.more')}
        </Button>
      )}
      {mayManage(own) && <AddPeople />}
    </Stack>
  );
}

function Rename({ title }: { title: string }) {
  const t = useText();
  const attempt = useAttempt();
  const { chat } = useOpenChat();
  const [changed, setChanged] = useState(title);
  useEffect(() => setChanged(title), [title]);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    await attempt(() => chat.membership.update({ title: changed.trim() }));
  }

  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          label={t('new.groupTitle')}
          maxLength={LIMITS.CHAT_TITLE}
          required
          value={changed}
          onChange={(event) => setChanged(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!changed.trim() || changed.trim() === title}>
          {t('details.rename')}
        </Button>
      </Group>
    </form>
  );
}

function AddPeople() {
  const t = useText();
  const attempt = useAttempt();
  const { chat } = useOpenChat();
  const [people, setPeople] = useState<string[]>([]);

  async function add(): Promise<void> {
    await attempt(async () => {
      const { invited } = await chat.membership.add(people);
      setPeople([]);
      if (invited.length > 0) notifications.show({ message: t('new.invited', { count: invited.length }) });
    });
  }

  return (
    <Stack gap="xs">
      <TextsInput
        hasWords
        label={t('details.add')}
        description={t('new.groupHint')}
        value={people}
        onChange={setPeople}
        acceptValueOnBlur
      />
      <Button variant="default" disabled={people.length === 0} onClick={add}>
        <Text span size="sm">
          {t('details.add')}
        </Text>
      </Button>
    </Stack>
  );
}
