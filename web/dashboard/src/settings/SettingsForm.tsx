/** One section of the settings: its fields, saved together. */
import { Button, Fieldset, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Service, ServiceChanges } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isOwner, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { SETTINGS_COMMANDS } from './commandList.js';
import { useText } from './texts.js';

export interface FormProps<T> {
  values: T;
  set(changes: Partial<T>): void;
}

interface Props<T extends object> {
  title: string;
  hint?: string;
  service: Service;
  read(service: Service): T;
  changes(values: T): ServiceChanges;
  /** What keeps the values from being saved, in words. */
  problem?(values: T): string | undefined;
  children(form: FormProps<T>): ReactNode;
}

export function SettingsForm<T extends object>({ title, hint, service, read, changes, problem, children }: Props<T>) {
  const t = useText();
  const words = useWords();
  const attempt = useAttempt();
  const { dashboard, role } = useSession();
  const [edited, setEdited] = useState<T>();
  const [isSaving, setIsSaving] = useState(false);
  const values = edited ?? read(service);
  const wrong = edited && problem?.(edited);
  const discard = (): void => setEdited(undefined);
  const form = useRef<HTMLFormElement>(null);
  usePageCommands(SETTINGS_COMMANDS, {
    'settings.save': {
      run: () => form.current?.requestSubmit(),
      isShown: isOwner(role) && !isSaving,
      why: edited ? wrong : t('settings.notChanged'),
    },
    'settings.discard': { run: discard, isShown: edited !== undefined },
  });

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setIsSaving(true);
    if (await attempt(() => dashboard.updateService(changes(values)))) {
      setEdited(undefined);
      notifications.show({ color: 'teal', message: words('words.saved') });
    }
    setIsSaving(false);
  }

  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <form ref={form} onSubmit={save}>
        <Stack gap="sm">
          <Title order={2} size="h5">
            {title}
          </Title>
          {hint && (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          )}
          <Fieldset variant="unstyled" p={0} disabled={!isOwner(role)}>
            <Stack gap="sm">{children({ values, set: (changed) => setEdited({ ...values, ...changed }) })}</Stack>
          </Fieldset>
          {wrong && (
            <Text size="sm" c="red" role="alert">
              {wrong}
            </Text>
          )}
          {edited && (
            <Group justify="flex-end">
              <Button variant="default" onClick={discard}>
                {words('words.cancel')}
              </Button>
              <Button type="submit" loading={isSaving} disabled={Boolean(wrong)}>
                {words('words.save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Paper>
  );
}
