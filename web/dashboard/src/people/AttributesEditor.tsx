import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import type { ServiceUser } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { useState } from 'react';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isAgent, useSession } from '../session/session.js';
import { useWords } from '../words/words.js';
import { type AttributeLine, type AttributeType, attributesOf, linesOf, problemsOf } from './attributes.js';
import { PERSON_COMMANDS } from './commandList.js';
import { useText } from './texts.js';

const TYPES: readonly AttributeType[] = ['text', 'number', 'flag', 'json'];

/** A person's attributes; they are saved together, since the server replaces them together. */
export function AttributesEditor({ person: { uid, attributes } }: { person: ServiceUser }) {
  const t = useText();
  const words = useWords();
  const attempt = useAttempt();
  const { dashboard, role } = useSession();
  const [edited, setEdited] = useState<AttributeLine[]>();
  const [isSaving, setIsSaving] = useState(false);
  const lines = edited ?? linesOf(attributes);
  const problems = problemsOf(lines);
  const mayEdit = isAgent(role);

  const set = (at: number, changes: Partial<AttributeLine>): void =>
    setEdited(lines.map((line, each) => (each === at ? { ...line, ...changes } : line)));

  async function save(): Promise<void> {
    setIsSaving(true);
    if (await attempt(() => dashboard.updatePerson(uid, { attributes: attributesOf(lines) }))) setEdited(undefined);
    setIsSaving(false);
  }

  const add = (): void => setEdited([...lines, { name: '', type: 'text', text: '' }]);
  const discard = (): void => setEdited(undefined);
  const isWrong = problems.size > 0;
  usePageCommands(PERSON_COMMANDS, {
    'people.addAttribute': { run: add, isShown: mayEdit },
    'people.save': {
      run: save,
      isShown: mayEdit && !isSaving,
      why: edited ? (isWrong ? t('people.attributesWrong') : undefined) : t('people.notChanged'),
    },
    'people.discard': { run: discard, isShown: edited !== undefined },
  });

  return (
    <Stack gap="xs">
      {lines.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('people.noAttributes')}
        </Text>
      )}
      {lines.map((line, at) => {
        const problem = problems.get(at);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place; its name is being edited.
          <Group key={at} gap="xs" align="flex-start" wrap="wrap">
            <TextInput
              aria-label={t('people.attributeName')}
              value={line.name}
              readOnly={!mayEdit}
              error={problem && edited && t(`people.attribute.${problem}`)}
              onChange={(event) => set(at, { name: event.currentTarget.value })}
              flex="1 1 7rem"
            />
            <NativeSelect
              aria-label={t('people.attributeType')}
              data={TYPES.map((type) => ({ value: type, label: t(`people.type.${type}`) }))}
              value={line.type}
              disabled={!mayEdit}
              onChange={(event) => set(at, { type: event.currentTarget.value as AttributeType })}
              flex="0 1 7rem"
            />
            {line.type === 'flag' ? (
              <NativeSelect
                aria-label={t('people.attributeValue')}
                data={[
                  { value: 'true', label: words('words.yes') },
                  { value: 'false', label: words('words.no') },
                ]}
                value={line.text === 'false' ? 'false' : 'true'}
                disabled={!mayEdit}
                onChange={(event) => set(at, { text: event.currentTarget.value })}
                flex="1 1 8rem"
              />
            ) : (
              <TextInput
                aria-label={t('people.attributeValue')}
                value={line.text}
                readOnly={!mayEdit}
                onChange={(event) => set(at, { text: event.currentTarget.value })}
                flex="1 1 8rem"
              />
            )}
            {mayEdit && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t('people.removeAttribute', { name: line.name })}
                onClick={() => setEdited(lines.filter((_, each) => each !== at))}
              >
                <X size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        );
      })}
      {mayEdit && (
        <Group justify="space-between">
          <Button variant="default" size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={add}>
            {t('people.addAttribute')}
          </Button>
          {edited && (
            <Group gap="xs">
              <Button variant="default" size="xs" onClick={discard}>
                {words('words.cancel')}
              </Button>
              <Button size="xs" loading={isSaving} disabled={isWrong} onClick={save}>
                {words('words.save')}
              </Button>
            </Group>
          )}
        </Group>
      )}
    </Stack>
  );
}
