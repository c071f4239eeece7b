import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ShieldBan } from 'lucide-react';
import type { Ban } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { useTimes } from 'parley-screen/times.js';
import { type FormEvent, useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { PERSON_COMMANDS } from './commandList.js';
import { useText } from './texts.js';

const REASON = 1_000;
const DAY_MS = 86_400_000;
/** In days; the last is for good. */
const LENGTHS = { day: 1, week: 7, month: 30, forGood: undefined } as const;
type Length = keyof typeof LENGTHS;

/** Whether a person is banned from the whole project; its owners ban people and end bans. */
export function BanSection({ uid }: { uid: string }) {
  const t = useText();
  const { dashboard } = useSession();
  const attempt = useAttempt();
  const [isAsking, { open, close }] = useDisclosure();
  const { value, error, retry } = useLive(() => dashboard.banOf(uid), [dashboard, uid]);
  const unban = () => attempt(() => dashboard.unban(uid));
  usePageCommands(PERSON_COMMANDS, {
    'people.ban': { run: open, isShown: value === null },
    'people.endBan': { run: unban, isShown: Boolean(value) },
  });
  if (error) return <Failure error={error} onRetry={retry} />;
  if (value === undefined) return <Loading />;
  return (
    <>
      {value ? (
        <Banned ban={value} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('people.notBanned')}
        </Text>
      )}
      <Group>
        {value ? (
          <Button size="xs" variant="default" onClick={unban}>
            {t('people.endBan')}
          </Button>
        ) : (
          <Button
            size="xs"
            color="red"
            variant="outline"
            leftSection={<ShieldBan size={14} aria-hidden />}
            onClick={open}
          >
            {t('people.ban')}
          </Button>
        )}
      </Group>
      <Modal opened={isAsking} onClose={close} title={t('people.banTitle')}>
        <BanForm
          onBan={async (reason, until) => {
            if (await attempt(() => dashboard.ban(uid, reason, until))) close();
          }}
          onCancel={close}
        />
      </Modal>
    </>
  );
}

function Banned({ ban: { reason, at, until } }: { ban: Ban }) {
  const t = useText();
  const times = useTimes();
  return (
    <div>
      <Text size="sm" fw={500}>
        {until ? t('people.bannedUntil', { at: times.full(until) }) : t('people.bannedForGood')}
      </Text>
      <Text size="sm" dir="auto">
        {reason}
      </Text>
      <Text size="xs" c="dimmed">
        {t('people.bannedSince', { at: times.full(at) })}
      </Text>
    </div>
  );
}

interface FormProps {
  onBan(reason: string, until: Date | undefined): Promise<void>;
  onCancel(): void;
}

function BanForm({ onBan, onCancel }: FormProps) {
  const t = useText();
  const words = useWords();
  const [reason, setReason] = useState('');
  const [length, setLength] = useState<Length>('week');
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const days = LENGTHS[length];
    setIsBusy(true);
    await onBan(reason.trim(), days === undefined ? undefined : new Date(Date.now() + days * DAY_MS));
    setIsBusy(false);
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('people.banHint')}</Text>
        <TextInput
          label={t('people.banReason')}
          required
          maxLength={REASON}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Select
          label={t('people.banLength')}
          allowDeselect={false}
          data={Object.keys(LENGTHS).map((value) => ({ value, label: t(`people.banLength.${value as Length}`) }))}
          value={length}
          onChange={(value) => value && setLength(value as Length)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {words('words.cancel')}
          </Button>
          <Button type="submit" color="red" loading={isBusy} disabled={!reason.trim()}>
            {t('people.ban')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
