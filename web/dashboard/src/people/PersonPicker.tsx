import { type ComboboxItem, MultiSelect, type OptionsFilter } from '@mantine/core';
import type { ServiceUser } from 'parley-client';
import { useEffect, useState } from 'react';
import { useSession } from '../session/session.js';
import { useWords } from '../words/words.js';

const SETTLED_MS = 300;

interface Props {
  label: string;
  description?: string;
  uids: string[];
  max: number;
  /** Whether a dialog begins here. */
  isFirst?: boolean;
  onChange(uids: string[]): void;
}

/** Choose people by name, phone, email or id. */
export function PersonPicker({ label, description, uids, max, isFirst, onChange }: Props) {
  const words = useWords();
  const { dashboard } = useSession();
  const [text, setText] = useState('');
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>(new Map());
  const [found, setFound] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    const asked = text.trim();
    if (!asked) return;
    let isOver = false;
    const alarm = setTimeout(() => {
      dashboard.findPeople(asked).then(
        (people) => {
          if (isOver) return;
          setSeen((before) => new Map([...before, ...people.map(optionOf)]));
          setFound(new Set(people.map(({ uid }) => uid)));
        },
        () => undefined,
      );
    }, SETTLED_MS);
    return () => {
      isOver = true;
      clearTimeout(alarm);
    };
  }, [dashboard, text]);

  /** Who was found by phone or email has another label than was typed. */
  const fits: OptionsFilter = ({ options, search, limit }) =>
    (options as ComboboxItem[])
      .filter(({ value, label }) => found.has(value) || label.toLowerCase().includes(search.trim().toLowerCase()))
      .slice(0, limit);

  const data = [...seen].map(([value, shown]) => ({ value, label: shown }));
  const missing = uids.filter((uid) => !seen.has(uid)).map((uid) => ({ value: uid, label: uid }));
  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={words('words.search')}
      data-autofocus={isFirst}
      searchable
      searchValue={text}
      onSearchChange={setText}
      maxValues={max}
      data={[...data, ...missing]}
      filter={fits}
      value={uids}
      onChange={onChange}
    />
  );
}

function optionOf({ uid, displayName }: ServiceUser): [string, string] {
  return [uid, displayName ? `${displayName} (${uid})` : uid];
}
