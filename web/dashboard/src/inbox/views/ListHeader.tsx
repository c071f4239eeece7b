import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { BookmarkPlus, ListFilter, Search } from 'lucide-react';
import { useCommands } from 'parley-screen/commands/commands.js';
import { type ComponentProps, lazy, memo, Suspense, useMemo } from 'react';
import { usePageCommands } from '../../commands/usePageCommands.js';
import { isAgent, useSession } from '../../session/session.js';
import { INBOX_COMMANDS } from '../commandList.js';
import type { View } from '../search.js';
import { useText } from '../texts.js';
import { filteredBy, searchFor } from './asked.js';
import classes from './ListHeader.module.css';
import { SaveView } from './SaveView.js';
import type { Size } from './useCounts.js';
import type { ViewList } from './ViewList.js';
import { ViewMenu } from './ViewMenu.js';

const FilterPanel = lazy(() => import('./FilterPanel.js'));
const FindCase = lazy(() => import('./FindCase.js'));

interface Props extends ComponentProps<typeof ViewList> {
  hasMenu: boolean;
  /** The filter of the address. */
  where: string | undefined;
  size: Size | undefined;
}

/** What the list shows, and what narrows it. */
export const ListHeader = memo(function ListHeader({ hasMenu, where, size, ...views }: Props) {
  const t = useText();
  const navigate = useNavigate();
  const { role } = useSession();
  const [isSaving, saving] = useDisclosure();
  const [isFinding, finding] = useDisclosure();
  const { asked, saved, savedViews, onEdit } = views;
  const [isFiltering, filtering] = useDisclosure(where !== undefined && asked.where !== undefined);
  const current = saved === undefined ? undefined : savedViews.get(saved);
  // The fixed views have their counts beside their names.
  const isUncounted = saved !== undefined || asked.where !== undefined;

  usePageCommands(INBOX_COMMANDS, {
    'inbox.findCase': { run: finding.open },
    'inbox.filter': { run: filtering.toggle },
    'inbox.saveView': { run: saving.open, isShown: isAgent(role) },
    'inbox.editView': { run: () => saved !== undefined && onEdit(saved), isShown: current !== undefined },
  });
  useViewCommands(savedViews);

  return (
    <>
      <Group className={classes.header ?? ''} justify="space-between" wrap="nowrap" gap="xs">
        {hasMenu ? (
          <ViewMenu {...views} size={size} />
        ) : (
          <Group gap={8} wrap="nowrap" miw={0}>
            <Text component="h1" fw={650} className={classes.name ?? ''} dir="auto">
              {saved === undefined ? t(`views.${asked.view}`) : current?.name}
            </Text>
            {isUncounted && size && (
              <Text size="sm" c="dimmed">
                {t(size.isExact ? 'views.count' : 'views.orMore', { count: size.count })}
              </Text>
            )}
          </Group>
        )}
        <Group gap={4} wrap="nowrap">
          <Tooltip label={t('find.title')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('find.title')} onClick={finding.open}>
              <Search size={18} />
            </ActionIcon>
          </Tooltip>
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
            onChange={(filter) => void navigate({ to: '.', search: (search) => filteredBy(search, filter, current) })}
          />
        </Suspense>
      )}
      {isFinding && (
        <Suspense>
          <FindCase onClose={finding.close} />
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

/** Go to a view by its command; those that were saved have no key at first. */
function useViewCommands(savedViews: Props['savedViews']): void {
  const t = useText();
  const navigate = useNavigate();
  const go = (view: View) => ({
    run: () => navigate({ to: '/inbox', search: (search) => searchFor(view, search) }),
  });
  usePageCommands(INBOX_COMMANDS, {
    'inbox.view.mine': go('mine'),
    'inbox.view.unassigned': go('unassigned'),
    'inbox.view.unread': go('unread'),
    'inbox.view.unanswered': go('unanswered'),
    'inbox.view.open': go('open'),
    'inbox.view.snoozed': go('snoozed'),
    'inbox.view.closed': go('closed'),
    'inbox.view.all': go('all'),
  });
  useCommands(
    useMemo(
      () =>
        [...savedViews].map(([id, { name }]) => ({
          id: `inbox.saved.${id}`,
          text: t('views.show', { name }),
          group: t('inbox.title'),
          run: () => void navigate({ to: '/inbox', search: { saved: id } }),
        })),
      [t, navigate, savedViews],
    ),
  );
}
