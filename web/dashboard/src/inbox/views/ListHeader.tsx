import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { BookmarkPlus, ListFilter } from 'lucide-react';
import { useCommands } from 'parley-screen/commands/commands.js';
import { type ComponentProps, lazy, memo, Suspense, useMemo } from 'react';
import { isAgent, useSession } from '../../session/session.js';
import { VIEWS } from '../search.js';
import { useText } from '../texts.js';
import { searchFor } from './asked.js';
import classes from './ListHeader.module.css';
import { SaveView } from './SaveView.js';
import type { ViewList } from './ViewList.js';
import { ViewMenu } from './ViewMenu.js';

const FilterPanel = lazy(() => import('./FilterPanel.js'));

interface Props extends ComponentProps<typeof ViewList> {
  hasMenu: boolean;
  /** The filter of the address. */
  where: string | undefined;
}

/** What the list shows, and what narrows it. */
export const ListHeader = memo(function ListHeader({ hasMenu, where, ...views }: Props) {
  const t = useText();
  const navigate = useNavigate();
  const { role } = useSession();
  const [isFiltering, filtering] = useDisclosure(where !== undefined);
  const [isSaving, saving] = useDisclosure();
  const { asked, saved, savedViews, onEdit } = views;
  const current = saved === undefined ? undefined : savedViews.get(saved);

  useCommands(
    useMemo(() => {
      const group = t('inbox.title');
      return [
        { id: 'inbox.filter', text: t('filter.title'), group, key: 'f', run: filtering.toggle },
        { id: 'inbox.saveView', text: t('views.save'), group, run: saving.open, isShown: () => isAgent(role) },
        {
          id: 'inbox.editView',
          text: t('views.edit'),
          group,
          run: () => saved !== undefined && onEdit(saved),
          isShown: () => current !== undefined,
        },
        ...VIEWS.map((view, index) => ({
          id: `inbox.view.${view}`,
          text: t('views.show', { name: t(`views.${view}`) }),
          group,
          key: String(index + 1),
          run: () => void navigate({ to: '/inbox', search: (search) => searchFor(view, search) }),
        })),
        ...[...savedViews].map(([id, { name }]) => ({
          id: `inbox.saved.${id}`,
          text: t('views.show', { name }),
          group,
          run: () => void navigate({ to: '/inbox', search: { saved: id } }),
        })),
      ];
    }, [t, navigate, role, savedViews, saved, current, onEdit, filtering.toggle, saving.open]),
  );

  return (
    <>
      <Group className={classes.header ?? ''} justify="space-between" wrap="nowrap" gap="xs">
        {hasMenu ? (
          <ViewMenu {...views} />
        ) : (
          <Text component="h1" fw={650} className={classes.name ?? ''} dir="auto">
            {saved === undefined ? t(`views.${asked.view}`) : current?.name}
          </Text>
        )}
        <Group gap={4} wrap="nowrap">
          <Tooltip label={t('filter.title')}>
            <ActionIcon
              variant={asked.where ? 'light' : 'subtle'}
              color={asked.where ? 'parley' : 'gray'}
              aria-label={t('filter.title')}
              aria-expanded={isFiltering}
              onClick={filtering.toggle}
            >
              <ListFilter size={18} />
            </ActionIcon>
          </Tooltip>
          {isAgent(role) && (
            <Tooltip label={t('views.save')}>
              <ActionIcon variant="subtle" color="gray" aria-label={t('views.save')} onClick={saving.open}>
                <BookmarkPlus size={18} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Group>
      {isFiltering && (
        <Suspense>
          <FilterPanel
            where={asked.where}
            onChange={(filter) =>
              void navigate({
                to: '.',
                search: (search) => {
                  const { where: _, ...rest } = search;
                  return filter ? { ...rest, where: JSON.stringify(filter) } : rest;
                },
              })
            }
          />
        </Suspense>
      )}
      {isSaving && (
        <SaveView
          asked={asked}
          current={current && saved !== undefined ? { id: saved, view: current } : undefined}
          onClose={saving.close}
        />
      )}
    </>
  );
});
