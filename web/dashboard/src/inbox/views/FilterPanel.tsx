import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Filter } from 'parley-client';
import { MoreTexts } from 'parley-screen/language.js';
import { useState } from 'react';
import { FilterBuilder } from '../../campaigns/FilterBuilder.js';
import { emptyQuery, fieldsOf, filterOf, queryOf, UnfinishedFilter } from '../../campaigns/filters.js';
import { loadTexts } from '../../campaigns/texts.js';
import { useSession } from '../../session/session.js';
import { useText } from '../texts.js';
import classes from './FilterPanel.module.css';

/** People of whom the attributes are offered. */
const EXAMPLES = 20;

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

/** The attributes that some of the people have, read once. */
function useAttributes(): ReturnType<typeof fieldsOf> {
  const { dashboard, serviceId } = useSession();
  const { data } = useQuery({
    queryKey: ['attributes', serviceId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const people = dashboard.people({ pageSize: EXAMPLES });
      try {
        return fieldsOf((await people.first(({ isFromCache }) => !isFromCache)).items);
      } finally {
        people.close();
      }
    },
  });
  return data ?? {};
}
