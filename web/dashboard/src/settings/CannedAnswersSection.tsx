import { ActionIcon, Button, Group, Modal, Paper, Stack, Table, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { LIMITS } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useLive } from 'parley-screen/live.js';
import { Failure, Loading } from 'parley-screen/States.js';
import { type FormEvent, useState } from 'react';
import { lineOf, usePageLines } from '../commands/useLines.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAdmin, useSession } from '../session/session.js';
import { ConfirmDialog } from '../words/ConfirmDialog.js';
import { useWords } from '../words/words.js';
import { SETTINGS_COMMANDS } from './commandList.js';
import { useText } from './texts.js';

interface Answer {
  id?: string;
  shortcut: string;
  name: string;
  body: string;
}

const SHORTCUT = /^[a-z0-9-]{1,32}$/;

/** The answers that staff insert in the inbox by / and a shortcut. */
export function CannedAnswersSection() {
  const t = useText();
  const words = useWords();
  const attempt = useAttempt();
  const { dashboard, role } = useSession();
  const { value, error, retry } = useLive(() => dashboard.cannedAnswers(), [dashboard]);
  const [edited, setEdited] = useState<Answer>();
  const [asked, setAsked] = useState('');
  const [isAsking, { open, close }] = useDisclosure();
  const mayEdit = isAdmin(role);
  const begin = (): void => setEdited({ shortcut: '', name: '', body: '' });
  const lines = usePageLines();
  usePageCommands(SETTINGS_COMMANDS, {
    ...(mayEdit && {
      'settings.addAnswer': { run: begin },
      'settings.editAnswer': lines.act('edit'),
      'settings.removeAnswer': lines.act('remove'),
    }),
  });

  /** `CannedAnswers` writes while it is open. */
  async function change(act: (answers: ReturnType<typeof dashboard.cannedAnswers>) => Promise<unknown>): Promise<void> {
    const answers = dashboard.cannedAnswers();
    try {
      await act(answers);
    } finally {
      answers.close();
    }
  }

  const answers = [...(value ?? [])].sort(([, one], [, other]) => one.shortcut.localeCompare(other.shortcut));
  return (
    <Paper withBorder p="md" component="section" aria-label={t('settings.cannedAnswers')}>
      <Stack {...lines.around} gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {t('settings.cannedAnswers')}
          </Title>
          {mayEdit && (
            <Button variant="default" size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={begin}>
              {words('words.add')}
            </Button>
          )}
        </Group>
        {error && <Failure error={error} onRetry={retry} />}
        {!value && !error && <Loading />}
        {value?.size === 0 && (
          <Text size="sm" c="dimmed">
            {t('settings.noAnswers')}
          </Text>
        )}
        <Table verticalSpacing="xs" aria-label={t('settings.cannedAnswers')}>
          <Table.Tbody>
            {answers.map(([id, { shortcut, name, body }]) => (
              <Table.Tr key={id} {...lineOf(id)}>
                <Table.Td>
                  <code dir="ltr">/{shortcut}</code>
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {name}
                  <Text size="xs" c="dimmed" lineClamp={2} dir="auto">
                    {body}
                  </Text>
                </Table.Td>
                <Table.Td ta="end">
                  {mayEdit && (
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      <ActionIcon
                        data-act="edit"
                        variant="subtle"
                        aria-label={t('settings.editAnswer', { name })}
                        onClick={() => setEdited({ id, shortcut, name, body })}
                      >
                        <Pencil size={16} aria-hidden />
                      </ActionIcon>
                      <ActionIcon
                        data-act="remove"
                        variant="subtle"
                        color="red"
                        aria-label={t('settings.removeAnswer', { name })}
                        onClick={() => {
                          setAsked(id);
                          open();
                        }}
                      >
                        <Trash2 size={16} aria-hidden />
                      </ActionIcon>
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Modal opened={edited !== undefined} onClose={() => setEdited(undefined)} title={t('settings.cannedAnswer')}>
          {edited && (
            <AnswerForm
              answer={edited}
              taken={new Set(answers.filter(([id]) => id !== edited.id).map(([, { shortcut }]) => shortcut))}
              onSave={async (answer) => {
                if (await attempt(() => change((each) => each.save(answer)))) setEdited(undefined);
              }}
            />
          )}
        </Modal>
        <ConfirmDialog
          isAsked={isAsking}
          title={t('settings.removeAnswerTitle', { name: value?.get(asked)?.name ?? '' })}
          act={t('settings.removeAnswerIt')}
          onConfirm={() => attempt(() => change((each) => each.remove(asked)))}
          onClose={close}
        >
          {t('settings.removeAnswerHint')}
        </ConfirmDialog>
      </Stack>
    </Paper>
  );
}

interface FormProps {
  answer: Answer;
  taken: ReadonlySet<string>;
  onSave(answer: Answer): Promise<void>;
}

function AnswerForm({ answer, taken, onSave }: FormProps) {
  const t = useText();
  const words = useWords();
  const [values, setValues] = useState(answer);
  const set = (changes: Partial<Answer>): void => setValues({ ...values, ...changes });
  const isWrong = values.shortcut !== '' && !SHORTCUT.test(values.shortcut);
  const isTaken = taken.has(values.shortcut);

  function submit(event: FormEvent): void {
    event.preventDefault();
    void onSave({ ...values, name: values.name.trim() });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('settings.shortcut')}
          description={t('settings.shortcutHint')}
          required
          dir="ltr"
          error={(isWrong && t('settings.shortcutWrong')) || (isTaken && t('settings.shortcutTaken'))}
          value={values.shortcut}
          onChange={(event) => set({ shortcut: event.currentTarget.value.toLowerCase() })}
          data-autofocus
        />
        <TextInput
          label={words('words.name')}
          required
          maxLength={100}
          value={values.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Textarea
          label={t('settings.answer')}
          description={t('settings.answerHint')}
          required
          autosize
          minRows={4}
          maxRows={14}
          maxLength={LIMITS.CHAT_BODY}
          dir="auto"
          value={values.body}
          onChange={(event) => set({ body: event.currentTarget.value })}
        />
        <Button
          type="submit"
          disabled={isWrong || isTaken || !values.shortcut || !values.name.trim() || !values.body.trim()}
        >
          {words('words.save')}
        </Button>
      </Stack>
    </form>
  );
}
