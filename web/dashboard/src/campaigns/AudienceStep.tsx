import { Radio, Select, Stack, Text, Textarea } from '@mantine/core';
import { Loading } from 'parley-screen/States.js';
import { lazy, Suspense } from 'react';
import { useAttributes, useLists } from '../people/known.js';
import { uidsOf } from './filters.js';
import type { Draft } from './job.js';
import type { StepProps } from './KindStep.js';
import { useText } from './texts.js';

/** The heaviest part of the page, loaded by those who choose people by what is known about them. */
const FilterBuilder = lazy(() => import('./FilterBuilder.js').then((module) => ({ default: module.FilterBuilder })));

const FORMS = ['all', 'where', 'listId', 'userIds'] as const;

export function AudienceStep({ draft, change }: StepProps) {
  const t = useText();
  const { audience } = draft;
  const set = (changes: Partial<Draft['audience']>): void => change({ audience: { ...audience, ...changes } });
  return (
    <>
      <Radio.Group
        label={t('campaigns.audience')}
        value={audience.by}
        onChange={(by) => set({ by: by as Draft['audience']['by'] })}
      >
        <Stack gap="xs" mt="xs">
          {FORMS.map((by) => (
            <Radio key={by} value={by} label={t(`campaigns.audience.${by}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {audience.by === 'where' && <Where draft={draft} set={set} />}
      {audience.by === 'listId' && <FromList listId={audience.listId} set={set} />}
      {audience.by === 'userIds' && <Named userIds={audience.userIds} set={set} />}
    </>
  );
}

type Set = (changes: Partial<Draft['audience']>) => void;

function Where({ draft, set }: { draft: Draft; set: Set }) {
  const attributes = useAttributes();
  return (
    <Suspense fallback={<Loading />}>
      <FilterBuilder query={draft.audience.query} onChange={(query) => set({ query })} attributes={attributes} />
    </Suspense>
  );
}

function FromList({ listId, set }: { listId: string; set: Set }) {
  const t = useText();
  const lists = useLists();
  if (lists?.size === 0) return <Text c="dimmed">{t('campaigns.noLists')}</Text>;
  return (
    <Select
      label={t('campaigns.list')}
      searchable
      data={[...(lists ?? [])].map(([value, { name }]) => ({ value, label: name }))}
      value={listId || null}
      onChange={(chosen) => set({ listId: chosen ?? '' })}
    />
  );
}

function Named({ userIds, set }: { userIds: string; set: Set }) {
  const t = useText();
  const { uids, wrong } = uidsOf(userIds);
  return (
    <Textarea
      label={t('campaigns.userIds')}
      description={t('campaigns.userIdsHint', { count: uids.length })}
      error={wrong.length > 0 && t('campaigns.userIdsWrong', { first: wrong[0] ?? '', count: wrong.length })}
      autosize
      minRows={4}
      maxRows={14}
      dir="ltr"
      value={userIds}
      onChange={(event) => set({ userIds: event.currentTarget.value })}
    />
  );
}
