import { Button, Group, Modal, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import type { Filter, SavedView, Staff } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { MoreTexts } from 'parley-screen/language.js';
import { type FormEvent, useState } from 'react';
import { FilterBuilder } from '../../campaigns/FilterBuilder.js';
import { emptyQuery, filterOf, queryOf, UnfinishedFilter } from '../../campaigns/filters.js';
import { loadTexts } from '../../campaigns/texts.js';
import { useAttributes } from '../../people/known.js';
import { isAdmin, useSession } from '../../session/session.js';
import { useWords } from '../../words/words.js';
import { VIEWS, type View } from '../search.js';
import { useAssignees } from '../staff.js';
import { useText } from '../texts.js';
import { FIRST } from './asked.js';
import { SharedWith } from './SharedWith.js';
import { mayChange, mayRemove } from './savedViews.js';

const NAME_LENGTH = 100;

interface Props {
  id: string;
  view: SavedView;
  /** Whether it can go up or down among the others. */
  place: { isFirst: boolean; isLast: boolean };
  onMove(by: 1 | -1): void;
  onClose(): void;
}

/** Change a saved view: its name, what it shows, who sees it, and its place among one's own. */
export default function EditView({ id, view, place, onMove, onClose }: Props) {
  const t = useText();
  const { uid, role } = useSession();
  return (
    <Modal opened onClose={onClose} title={t('views.editOf', { name: view.name })} size="lg">
      <Stack>
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed" flex="1 1 12rem">
            {t('views.place')}
          </Text>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<ArrowUp size={14} aria-hidden />}
              disabled={place.isFirst}
              onClick={() => onMove(-1)}
            >
              {t('views.up')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<ArrowDown size={14} aria-hidden />}
              disabled={place.isLast}
              onClick={() => onMove(1)}
            >
              {t('views.down')}
            </Button>
          </Group>
        </Group>
        {mayChange(view, uid, role) ? (
          <ViewForm id={id} view={view} onDone={onClose} />
        ) : (
          <Text size="sm">{t('views.ofOthers')}</Text>
        )}
        {mayRemove(view, uid, role) && <RemoveView id={id} view={view} onDone={onClose} />}
      </Stack>
    </Modal>
  );
}

function ViewForm({ id, view: saved, onDone }: { id: string; view: SavedView; onDone(): void }) {
  const t = useText();
  const words = useWords();
  const navigate = useNavigate();
  const attempt = useAttempt();
  const { dashboard, role } = useSession();
  const assignees = useAssignees();
  const attributes = useAttributes();
  const [name, setName] = useState(saved.name);
  const [view, setView] = useState<View>(saved.view ?? FIRST);
  const [assigneeId, setAssigneeId] = useState(saved.assigneeId ?? '');
  const [sharedWith, setSharedWith] = useState<Staff['role'][]>(saved.sharedWith ?? []);
  const [query, setQuery] = useState(() => (saved.where ? queryOf(saved.where) : emptyQuery));
  const [isUnfinished, setIsUnfinished] = useState(false);
  const [isSaving, setIsSaving] = useState(false);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    let where: Filter | undefined;
    try {
      where = filterOf(query);
    } catch (failure) {
      if (!(failure instanceof UnfinishedFilter)) throw failure;
      setIsUnfinished(true);
      return;
    }
    setIsSaving(true);
    const views = dashboard.savedViews();
    const hasWorked = await attempt(() =>
      views.save({
        id,
        name: name.trim(),
        view,
        ...(sharedWith.length > 0 && { sharedWith }),
        ...(view === 'mine' && assigneeId !== '' && { assigneeId }),
        ...(where && { where }),
      }),
    );
    views.close();
    setIsSaving(false);
    if (!hasWorked) return;
    onDone();
    // What the address said besides would hide what was changed.
    await navigate({ to: '.', search: (search) => (search.saved === id ? { saved: id } : search) });
  }

  return (
    <form onSubmit={save}>
      <Stack>
        <TextInput
          label={t('views.name')}
          required
          maxLength={NAME_LENGTH}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NativeSelect
            label={t('views.base')}
            data={VIEWS.map((each) => ({ value: each, label: t(`views.${each}`) }))}
            value={view}
            onChange={(event) => setView(event.currentTarget.value as View)}
          />
          {view === 'mine' && (
            <NativeSelect
              label={t('views.whose')}
              data={[
                { value: '', label: t('views.whoLooks') },
                ...assignees.map((each) => ({ value: each.uid, label: each.name })),
              ]}
              value={assigneeId}
              onChange={(event) => setAssigneeId(event.currentTarget.value)}
            />
          )}
        </SimpleGrid>
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t('filter.title')}
          </Text>
          <MoreTexts load={loadTexts}>
            <FilterBuilder query={query} onChange={setQuery} attributes={attributes} />
          </MoreTexts>
          {isUnfinished && (
            <Text size="xs" c="red" role="alert" mt="xs">
              {t('filter.unfinished')}
            </Text>
          )}
        </div>
        {isAdmin(role) && <SharedWith roles={sharedWith} onChange={setSharedWith} />}
        <Button type="submit" loading={isSaving} disabled={name.trim() === ''}>
          {words('words.save')}
        </Button>
      </Stack>
    </form>
  );
}

/** Asks once more: a view that is shared is gone for all. */
function RemoveView({ id, view, onDone }: { id: string; view: SavedView; onDone(): void }) {
  const t = useText();
  const navigate = useNavigate();
  const attempt = useAttempt();
  const { dashboard } = useSession();
  const [isAsked, setIsAsked] = useState(false);

  async function remove(): Promise<void> {
    const views = dashboard.savedViews();
    const hasWorked = await attempt(() => views.remove(id));
    views.close();
    if (!hasWorked) return;
    onDone();
    await navigate({ to: '.', search: (search) => (search.saved === id ? {} : search) });
  }

  return (
    <Button
      variant={isAsked ? 'filled' : 'subtle'}
      color="red"
      leftSection={<Trash2 size={14} aria-hidden />}
      onClick={isAsked ? remove : () => setIsAsked(true)}
    >
      {t(isAsked ? (view.sharedWith ? 'views.removeForAll' : 'views.removeNow') : 'views.remove')}
    </Button>
  );
}
