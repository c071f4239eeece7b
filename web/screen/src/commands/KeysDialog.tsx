import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput, Title, VisuallyHidden } from '@mantine/core';
import { Search, X } from 'lucide-react';
import { type KeyboardEvent, memo, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { type LoadTexts, MoreTexts, useTexts } from '../language.js';
import { Loading } from '../States.js';
import { useText } from '../texts.js';
import { KeyCaps } from './KeyCaps.js';
import { keyOf } from './keys.js';
import { byGroup, type ListedCommand, type Registry, type Words } from './registry.js';

interface AllCommands {
  commands: readonly ListedCommand[];
  /** Load the texts of all their pages. */
  loadTexts: LoadTexts;
}

/** Load the commands of pages that were not opened yet. */
export type LoadAll = () => Promise<AllCommands>;

const NO_OTHERS: AllCommands = { commands: [], loadTexts: async () => ({}) };

interface Props {
  registry: Registry;
  loadAll: LoadAll | undefined;
  isOpen: boolean;
  onClose(): void;
}

/** The commands of all pages with their keys, which are changed by pressing another one. */
export default function KeysDialog({ registry, loadAll, isOpen, onClose }: Props) {
  const t = useText();
  const [asking, setAsking] = useState<string>();
  const all = useAll(registry, loadAll);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('commands.keys')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('screen.close') }}
      closeOnEscape={asking === undefined}
    >
      {all ? (
        <MoreTexts load={all.loadTexts}>
          <Keys registry={registry} asking={asking} onAsk={setAsking} />
        </MoreTexts>
      ) : (
        <Loading />
      )}
    </Modal>
  );
}

/** The commands of pages that were not opened yet, once they are known to the registry too. */
function useAll(registry: Registry, loadAll: LoadAll | undefined): AllCommands | undefined {
  const [all, setAll] = useState(loadAll ? undefined : NO_OTHERS);
  useEffect(() => {
    loadAll?.().then(
      (loaded) => {
        registry.list(loaded.commands);
        setAll(loaded);
      },
      // Without a connection the keys of what is on the screen can be changed all the same.
      () => setAll(NO_OTHERS),
    );
  }, [registry, loadAll]);
  return all;
}

interface KeysProps {
  registry: Registry;
  /** The command that waits for a key. */
  asking: string | undefined;
  onAsk(id: string | undefined): void;
}

function Keys({ registry, asking, onAsk }: KeysProps) {
  const t = useText();
  const spell = useTexts<string>();
  const [wanted, setWanted] = useState('');
  useSyncExternalStore(registry.subscribe, registry.snapshot);
  const said = (words: string | Words): string => (typeof words === 'string' ? words : words(spell));
  const known = registry.known().map(({ id, text, group, key }) => ({
    id,
    text: said(text),
    group: group && said(group),
    key,
  }));
  const give = useCallback(
    (id: string, key: string | undefined) => {
      registry.setKey(id, key);
      onAsk(undefined);
    },
    [registry, onAsk],
  );
  const found = known.filter(({ text, group = '' }) => has(`${group} ${text}`, wanted));

  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('commands.howTo')}
      </Text>
      <TextInput
        aria-label={t('commands.find')}
        placeholder={t('commands.find')}
        leftSection={<Search size={16} aria-hidden />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {found.length === 0 && <Text size="sm">{t('commands.nothing')}</Text>}
      {byGroup(found).map(([group, commands]) => (
        <Stack key={group} gap={4}>
          <Title order={2} size="h5">
            {group}
          </Title>
          {commands.map(({ id, text, key }) => (
            <KeyLine key={id} id={id} text={text} ownKey={key} isAsking={asking === id} onAsk={onAsk} onKey={give} />
          ))}
        </Stack>
      ))}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => registry.resetKeys()}>
          {t('commands.reset')}
        </Button>
      </Group>
    </Stack>
  );
}

function has(text: string, wanted: string): boolean {
  return text.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase());
}

interface LineProps {
  id: string;
  text: string;
  ownKey: string | undefined;
  isAsking: boolean;
  onAsk(id: string | undefined): void;
  onKey(id: string, key: string | undefined): void;
}

/** Drawn anew only when it shows something else: there are more than a hundred. */
const KeyLine = memo(function KeyLine({ id, text, ownKey, isAsking, onAsk, onKey }: LineProps) {
  const t = useText();

  function press(event: KeyboardEvent): void {
    if (!isAsking || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') onAsk(undefined);
    else {
      const key = keyOf(event.nativeEvent);
      if (key !== undefined) onKey(id, key);
    }
  }

  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{text}</Text>
      <Group gap={4} wrap="nowrap">
        <Button
          size="compact-sm"
          variant={isAsking ? 'filled' : 'default'}
          onClick={() => onAsk(isAsking ? undefined : id)}
          onKeyDown={press}
          onBlur={() => isAsking && onAsk(undefined)}
        >
          <VisuallyHidden>{t('commands.change', { command: text })} </VisuallyHidden>
          {isAsking ? t('commands.press') : ownKey ? <KeyCaps value={ownKey} /> : t('commands.none')}
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={!ownKey}
          title={t('commands.take')}
          aria-label={t('commands.takeOf', { command: text })}
          onClick={() => onKey(id, undefined)}
        >
          <X size={14} aria-hidden />
        </ActionIcon>
      </Group>
    </Group>
  );
});
