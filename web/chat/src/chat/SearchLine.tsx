import { ActionIcon, Group, Text, TextInput } from '@mantine/core';
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import type { ShownMessage } from 'parley-client';
import { useCallback, useMemo, useState } from 'react';
import { useText } from '../texts.js';

export interface Search {
  isOpen: boolean;
  text: string;
  /** The ids of the messages that hold the text, oldest first. */
  matches: string[];
  found: string | undefined;
  open(): void;
  close(): void;
  setText(text: string): void;
  /** Go to the match before or after the one that is shown. */
  move(by: 1 | -1): void;
}

/** Search in the messages that are loaded; the newest match is shown first. */
export function useSearch(messages: ShownMessage[]): Search {
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string>();
  const wanted = text.trim().toLocaleLowerCase();
  const matches = useMemo(
    () => (wanted ? messages.filter(({ body }) => body?.toLocaleLowerCase().includes(wanted)).map(({ id }) => id) : []),
    [messages, wanted],
  );
  const open = useCallback(() => setIsOpen(true), []);
  const found = chosen !== undefined && matches.includes(chosen) ? chosen : matches.at(-1);
  return {
    isOpen,
    text: isOpen ? text.trim() : '',
    matches,
    found: isOpen ? found : undefined,
    open,
    close: () => {
      setIsOpen(false);
      setText('');
    },
    setText,
    move(by) {
      if (found === undefined) return;
      const next = matches.indexOf(found) + by;
      setChosen(matches[(next + matches.length) % matches.length]);
    },
  };
}

export function SearchLine({ search }: { search: Search }) {
  const t = useText();
  const { matches, found } = search;
  const index = found === undefined ? 0 : matches.indexOf(found) + 1;
  return (
    <Group gap={4} p="xs" wrap="nowrap" role="search">
      <TextInput
        flex={1}
        size="sm"
        autoFocus
        aria-label={t('search.label')}
        placeholder={t('search.label')}
        onChange={(event) => search.setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') search.close();
          if (event.key === 'Enter') search.move(event.shiftKey ? 1 : -1);
        }}
      />
      <Text size="xs" c="dimmed" role="status" miw={56} ta="center">
        {search.text === '' ? '' : index > 0 ? t('search.found', { index, count: matches.length }) : t('search.none')}
      </Text>
      <ActionIcon variant="subtle" aria-label={t('search.previous')} onClick={() => search.move(-1)}>
        <ChevronUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" aria-label={t('search.next')} onClick={() => search.move(1)}>
        <ChevronDown size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={t('search.close')} onClick={search.close}>
        <X size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
