import { ActionIcon, Button, Group, NativeSelect, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { deleteDoc, doc, setDoc } from 'firebase/firestore';
import { Plus, Trash2 } from 'lucide-react';
import type { Staff } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { type FormEvent, useRef, useState } from 'react';
import { lineOf, usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isOwner, useSession } from '../session/session.js';
import { ConfirmDialog } from '../words/ConfirmDialog.js';
import { useWords } from '../words/words.js';
import { SETTINGS_COMMANDS } from './commandList.js';
import { useText } from './texts.js';

const ROLES: readonly Staff['role'][] = ['owner', 'admin', 'agent', 'viewer'];

/** Who works on this dashboard, and in which role. An owner changes everybody but themselves. */
export function StaffSection() {
  const t = useText();
  const words = useWords();
  const attempt = useAttempt();
  const { dashboard, backend, serviceId, uid: self, role: own } = useSession();
  const { value, error, retry } = useLive(() => dashboard.staff(), [dashboard]);
  const [removed, setRemoved] = useState('');
  const [isAsking, { open, close }] = useDisclosure();
  const place = (uid: string) => doc(backend.db, 'services', serviceId, 'staff', uid);
  const save = (uid: string, staff: Staff) => attempt(() => setDoc(place(uid), staff));
  const members = [...(value ?? [])].sort(([, one], [, other]) => one.displayName.localeCompare(other.displayName));
  const lines = usePageLines();
  usePageCommands(SETTINGS_COMMANDS, {
    ...(isOwner(own) && { 'settings.role': lines.act('role'), 'settings.removeStaff': lines.act('remove') }),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('settings.staff')}>
      <Stack {...lines.around} gap="sm">
        <Title order={2} size="h5">
          {t('settings.staff')}
        </Title>
        {error && <Failure error={error} onRetry={retry} />}
        {!value && !error && <Loading />}
        <Table verticalSpacing="xs" aria-label={t('settings.staff')}>
          <Table.Tbody>
            {members.map(([uid, { displayName, role }]) => {
              const mayChange = isOwner(own) && uid !== self;
              return (
                <Table.Tr key={uid} {...lineOf(uid)}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {displayName} {uid === self && `(${t('settings.you')})`}
                    <Text size="xs" c="dimmed">
                      {uid}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    {mayChange ? (
                      <NativeSelect
                        data-act="role"
                        miw={116}
                        aria-label={t('settings.roleOf', { name: displayName })}
                        data={ROLES.map((each) => ({ value: each, label: words(`words.role.${each}`) }))}
                        value={role}
                        onChange={(event) =>
                          save(uid, { displayName, role: event.currentTarget.value as Staff['role'] })
                        }
                      />
                    ) : (
                      words(`words.role.${role}`)
                    )}
                  </Table.Td>
                  <Table.Td ta="end">
                    {mayChange && (
                      <ActionIcon
                        data-act="remove"
                        variant="subtle"
                        color="red"
                        aria-label={t('settings.removeStaff', { name: displayName })}
                        onClick={() => {
                          setRemoved(uid);
                          open();
                        }}
                      >
                        <Trash2 size={16} aria-hidden />
                      </ActionIcon>
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
        {isOwner(own) && <NewStaff known={new Set(value?.keys())} onAdd={save} />}
        <ConfirmDialog
          isAsked={isAsking}
          title={t('settings.removeStaff', { name: value?.get(removed)?.displayName ?? '' })}
          act={words('words.remove')}
          onConfirm={() => attempt(() => deleteDoc(place(removed)))}
          onClose={close}
        >
          {t('settings.removeStaffHint')}
        </ConfirmDialog>
      </Stack>
    </Paper>
  );
}

interface NewStaffProps {
  known: ReadonlySet<string>;
  onAdd(uid: string, staff: Staff): Promise<boolean>;
}

function NewStaff({ known, onAdd }: NewStaffProps) {
  const t = useText();
  const words = useWords();
  const [uid, setUid] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [role, setRole] = useState<Staff['role']>('agent');
  const isKnown = known.has(uid.trim());
  const isUnfinished = !uid.trim() || !displayName.trim();
  const form = useRef<HTMLFormElement>(null);
  usePageCommands(SETTINGS_COMMANDS, {
    'settings.addStaff': {
      run: () => form.current?.requestSubmit(),
      why: isKnown ? t('settings.isStaff') : isUnfinished ? t('settings.staffUnfinished') : undefined,
    },
  });

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (await onAdd(uid.trim(), { displayName: displayName.trim(), role })) {
      setUid('');
      setDisplayName('');
    }
  }

  return (
    <form ref={form} onSubmit={add}>
      <Group align="flex-start">
        <TextInput
          label={t('settings.uid')}
          description={t('settings.uidHint')}
          required
          error={isKnown && t('settings.isStaff')}
          value={uid}
          onChange={(event) => setUid(event.currentTarget.value)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <TextInput
          label={words('words.name')}
          required
          maxLength={100}
          value={displayName}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('settings.role')}
          description={t(`settings.roleHint.${role}`)}
          data={ROLES.map((each) => ({ value: each, label: words(`words.role.${each}`) }))}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Staff['role'])}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <Button
          type="submit"
          variant="default"
          mt={25}
          leftSection={<Plus size={16} aria-hidden />}
          disabled={isKnown || isUnfinished}
        >
          {words('words.add')}
        </Button>
      </Group>
    </form>
  );
}
