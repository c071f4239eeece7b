import { Autocomplete, Group, Switch, TextInput } from '@mantine/core';
import { LIMITS } from 'parley-client';
import { ZONES } from 'parley-screen/zones.js';
import { AmountInput } from '../settings/AmountInput.js';
import type { Draft } from './job.js';
import type { StepProps } from './KindStep.js';
import { useText } from './texts.js';

export function TimeStep({ draft, change }: StepProps) {
  const t = useText();
  return (
    <>
      <Group grow preventGrowOverflow={false} align="flex-start">
        <TextInput
          type="datetime-local"
          label={t('campaigns.startAt')}
          description={t('campaigns.startAtHint')}
          value={draft.startAt}
          onChange={(event) => change({ startAt: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label={t('campaigns.expireAt')}
          description={t('campaigns.expireAtHint')}
          value={draft.expireAt}
          onChange={(event) => change({ expireAt: event.currentTarget.value })}
        />
      </Group>
      <Hours window={draft.window} onChange={(window) => change({ window })} />
      <AmountInput
        label={t('campaigns.perMinute')}
        description={t('campaigns.perMinuteHint')}
        max={LIMITS.THROTTLE_PER_MINUTE}
        value={draft.perMinute}
        onChange={(perMinute) => change({ perMinute })}
      />
      {draft.channels.length > 1 && (
        <AmountInput
          label={t('campaigns.fallback')}
          description={t('campaigns.fallbackHint')}
          max={LIMITS.FALLBACK_MINUTES}
          value={draft.fallbackMinutes}
          onChange={(fallbackMinutes) => change({ fallbackMinutes })}
        />
      )}
    </>
  );
}

interface HoursProps {
  window: Draft['window'];
  onChange(window: Draft['window']): void;
}

function Hours({ window, onChange }: HoursProps) {
  const t = useText();
  const set = (changes: Partial<Draft['window']>): void => onChange({ ...window, ...changes });
  return (
    <>
      <Switch
        label={t('campaigns.window')}
        description={t('campaigns.windowHint')}
        checked={window.isOn}
        onChange={(event) => set({ isOn: event.currentTarget.checked })}
      />
      {window.isOn && (
        <Group grow preventGrowOverflow={false}>
          <TextInput
            type="time"
            label={t('campaigns.from')}
            value={window.from}
            onChange={(event) => set({ from: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            label={t('campaigns.to')}
            value={window.to}
            onChange={(event) => set({ to: event.currentTarget.value })}
          />
          <Autocomplete
            label={t('campaigns.timeZone')}
            data={[{ value: 'recipient', label: t('campaigns.zoneOfRecipient') }, ...ZONES].map((zone) =>
              typeof zone === 'string' ? zone : zone.label,
            )}
            limit={50}
            value={window.timeZone === 'recipient' ? t('campaigns.zoneOfRecipient') : window.timeZone}
            onChange={(zone) => set({ timeZone: zone === t('campaigns.zoneOfRecipient') ? 'recipient' : zone })}
          />
        </Group>
      )}
    </>
  );
}
