import { Radio, Select, Stack, Switch, TextInput } from '@mantine/core';
import { LIMITS } from 'parley-client';
import { useWords } from '../words/words.js';
import type { Channel, Draft, Kind } from './job.js';
import { useText } from './texts.js';

export interface StepProps {
  draft: Draft;
  change(changes: Partial<Draft>): void;
}

const KINDS: readonly Kind[] = ['individual', 'oneWay', 'group'];
const CHANNELS: readonly { value: string; channels: Channel[] }[] = [
  { value: 'chat', channels: ['chat'] },
  { value: 'sms', channels: ['sms'] },
  { value: 'chat,sms', channels: ['chat', 'sms'] },
  { value: 'sms,chat', channels: ['sms', 'chat'] },
];

export function KindStep({ draft, change }: StepProps) {
  const t = useText();
  const words = useWords();
  return (
    <>
      <TextInput
        label={t('campaigns.name')}
        description={t('campaigns.nameHint')}
        required
        maxLength={LIMITS.CAMPAIGN_NAME}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Radio.Group
        label={t('campaigns.kind')}
        value={draft.kind}
        onChange={(kind) => change({ kind: kind as Kind, ...(kind !== 'oneWay' && { channels: ['chat'] }) })}
      >
        <Stack gap="xs" mt="xs">
          {KINDS.map((kind) => (
            <Radio
              key={kind}
              value={kind}
              label={words(`words.kind.${kind}`)}
              description={t(`campaigns.kindHint.${kind}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {draft.kind === 'oneWay' && (
        <Select
          label={t('campaigns.channels')}
          description={t('campaigns.channelsHint')}
          allowDeselect={false}
          data={CHANNELS.map(({ value }) => ({ value, label: t(`campaigns.channels.${value as 'chat'}`) }))}
          value={draft.channels.join(',')}
          onChange={(value) => {
            const chosen = CHANNELS.find((each) => each.value === value);
            if (chosen) change({ channels: chosen.channels });
          }}
        />
      )}
      {draft.kind === 'group' && <GroupFields draft={draft} change={change} />}
      <Switch
        label={t('campaigns.isTransactional')}
        description={t('campaigns.purposeHint')}
        checked={draft.purpose === 'transactional'}
        onChange={(event) => change({ purpose: event.currentTarget.checked ? 'transactional' : 'marketing' })}
      />
    </>
  );
}

function GroupFields({ draft: { chat }, change }: StepProps) {
  const t = useText();
  const set = (changes: Partial<Draft['chat']>): void => change({ chat: { ...chat, ...changes } });
  return (
    <>
      <TextInput
        label={t('campaigns.groupTitle')}
        required
        maxLength={LIMITS.CHAT_TITLE}
        value={chat.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <TextInput
        label={t('campaigns.groupTopic')}
        maxLength={LIMITS.CHAT_TOPIC}
        value={chat.topic}
        onChange={(event) => set({ topic: event.currentTarget.value })}
      />
      <TextInput
        label={t('campaigns.groupUniqueName')}
        description={t('campaigns.groupUniqueNameHint')}
        maxLength={LIMITS.UNIQUE_NAME}
        value={chat.uniqueName}
        onChange={(event) => set({ uniqueName: event.currentTarget.value })}
      />
    </>
  );
}
