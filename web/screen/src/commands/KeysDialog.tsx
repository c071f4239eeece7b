import { ActionIcon, Button, Group, Modal, Stack, Text, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { X } from 'lucide-react';
import { type KeyboardEvent, useState, useSyncExternalStore } from 'react';
import { useText } from '../texts.js';
import { KeyCaps } from './KeyCaps.js';
import { keyOf } from './keys.js';
import { byGroup, type KnownCommand, type Registry } from './registry.js';

interface Props {
  registry: Registry;
  isOpen: boolean;
  onClose(): void;
}

/** All commands with their keys, which are changed by pressing another one. */
export default function KeysDialog({ registry, isOpen, onClose }: Props) {
  const t = useText();
  const [asking, setAsking] = useState<string>();
  useSyncExternalStore(registry.subscribe, registry.snapshot);
  const groups = byGroup(registry.known());

  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('commands.keys')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('screen.close') }}
      closeOnEscape={asking === undefined}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('commands.howTo')}
        </Text>
        {groups.map(([group, commands]) => (
          <Stack key={group} gap={4}>
            <Title order={2} size="h5">
              {group}
            </Title>
            {commands.map((command) => (
              <KeyLine
                key={command.id}
                command={command}
                isAsking={asking === command.id}
                onAsk={(isAsked) => setAsking(isAsked ? command.id : undefined)}
                onKey={(key) => {
                  registry.setKey(command.id, key);
                  setAsking(undefined);
                }}
              />
            ))}
          </Stack>
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => registry.resetKeys()}>
            {t('commands.reset')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface LineProps {
  command: KnownCommand;
  isAsking: boolean;
  onAsk(isAsked: boolean): void;
  onKey(key: string | undefined): void;
}

function KeyLine({ command, isAsking, onAsk, onKey }: LineProps) {
  const t = useText();

  function press(event: KeyboardEvent): void {
    if (!isAsking || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') onAsk(false);
    else {
      const key = keyOf(event.nativeEvent);
      if (key !== undefined) onKey(key);
    }
  }

  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{command.text}</Text>
      <Group gap={4} wrap="nowrap">
        <Button
          size="compact-sm"
          variant={isAsking ? 'filled' : 'default'}
          onClick={() => onAsk(!isAsking)}
          onKeyDown={press}
          onBlur={() => isAsking && onAsk(false)}
        >
          <VisuallyHidden>{t('commands.change', { command: command.text })} </VisuallyHidden>
          {isAsking ? t('commands.press') : command.key ? <KeyCaps value={command.key} /> : t('commands.none')}
        </Button>
        <Tooltip label={t('commands.take')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={!command.key}
            aria-label={t('commands.takeOf', { command: command.text })}
            onClick={() => onKey(undefined)}
          >
            <X size={14} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}
