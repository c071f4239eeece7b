import { Button, Group, Text } from '@mantine/core';
import type { Filter } from 'parley-client';
import { MoreTexts } from 'parley-screen/language.js';
import { useState } from 'react';
import { FilterBuilder } from '../../campaigns/FilterBuilder.js';
import { emptyQuery, filterOf, queryOf, UnfinishedFilter } from '../../campaigns/filters.js';
import { loadTexts } from '../../campaigns/texts.js';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { useAttributes } from '../../people/known.js';
import { INBOX_COMMANDS } from '../commandList.js';
import { useText } from '../texts.js';
import classes from './FilterPanel.module.css';

interface Props {
  where: Filter | undefined;
  onChange(where: Filter | undefined): void;
}

/** Narrow the list to people by what the service knows of them, in the language of audiences. */
export default function FilterPanel({ where, onChange }: Props) {
  const t = useText();
  const [query, setQuery] = useState(() => (where ? queryOf(where) : emptyQuery));
  const [isUnfinished, setIsUnfinished] = useState(false);
  const attributes = useAttributes();

  function apply(): void {
    try {
      onChange(filterOf(query));
      setIsUnfinished(false);
    } catch (failure) {
      if (!(failure instanceof UnfinishedFilter)) throw failure;
      setIsUnfinished(true);
    }
  }

  function clear(): void {
    setQuery(emptyQuery);
    setIsUnfinished(false);
    onChange(undefined);
  }

  usePageCommands(INBOX_COMMANDS, {
    'inbox.applyFilter': { run: apply },
    'inbox.clearFilter': { run: clear },
  });

  return (
    <section className={classes.panel} aria-label={t('filter.title')}>
      <Text size="xs" c="dimmed">
        {t('filter.about')}
      </Text>
      <MoreTexts load={loadTexts}>
        <FilterBuilder query={query} onChange={setQuery} attributes={attributes} />
      </MoreTexts>
      {isUnfinished && (
        <Text size="xs" c="red" role="alert">
          {t('filter.unfinished')}
        </Text>
      )}
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={clear}>
          {t('filter.clear')}
        </Button>
        <Button size="compact-sm" onClick={apply}>
          {t('filter.apply')}
        </Button>
      </Group>
    </section>
  );
}
