/** The settings of the service itself, of its sending, its SMS and its limits. */
import { Autocomplete, NativeSelect, SimpleGrid, Switch, TextInput } from '@mantine/core';
import { LIMITS, type Service } from 'parley-client';
import { TextsInput } from 'parley-screen/TextsInput.js';
import { ZONES } from 'parley-screen/zones.js';
import { AmountInput } from './AmountInput.js';
import { SettingsForm } from './SettingsForm.js';
import { useText } from './texts.js';
import {
  generalChanges,
  generalOf,
  limitChanges,
  limitsOf,
  problemOfSending,
  sendingChanges,
  sendingOf,
  smsChanges,
  smsOf,
  wrongCountries,
} from './values.js';

interface Props {
  service: Service;
}

export function GeneralForm({ service }: Props) {
  const t = useText();
  return (
    <SettingsForm
      title={t('settings.service')}
      service={service}
      read={generalOf}
      changes={generalChanges}
      problem={({ name }) => (name.trim() ? undefined : t('settings.nameNeeded'))}
    >
      {({ values, set }) => (
        <>
          <TextInput
            label={t('settings.name')}
            description={t('settings.nameHint')}
            required
            maxLength={100}
            value={values.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('settings.casePolicy')}
            data={(['everyone', 'users'] as const).map((value) => ({
              value,
              label: t(`settings.casePolicy.${value}`),
            }))}
            value={values.casePolicy}
            onChange={(event) => set({ casePolicy: event.currentTarget.value as 'users' })}
          />
          <NativeSelect
            label={t('settings.addPolicy')}
            data={(['invite', 'open'] as const).map((value) => ({ value, label: t(`settings.addPolicy.${value}`) }))}
            value={values.addPolicy}
            onChange={(event) => set({ addPolicy: event.currentTarget.value as 'open' })}
          />
          <AmountInput
            label={t('settings.retention')}
            description={t('settings.retentionHint')}
            max={LIMITS.RETENTION_DAYS}
            value={values.retentionDays}
            onChange={(retentionDays) => set({ retentionDays })}
          />
          <TextInput
            label={t('settings.webhook')}
            description={t('settings.webhookHint')}
            type="url"
            pattern="https://.+"
            dir="ltr"
            value={values.webhook}
            onChange={(event) => set({ webhook: event.currentTarget.value })}
          />
        </>
      )}
    </SettingsForm>
  );
}

export function SendingForm({ service }: Props) {
  const t = useText();
  return (
    <SettingsForm
      title={t('settings.sending')}
      hint={t('settings.sendingHint')}
      service={service}
      read={sendingOf}
      changes={sendingChanges}
      problem={(values) => {
        const problem = problemOfSending(values);
        return problem && t(`settings.problem.${problem}`);
      }}
    >
      {({ values, set }) => (
        <>
          <Switch
            label={t('settings.window')}
            description={t('settings.windowHint')}
            checked={values.hasWindow}
            onChange={(event) => set({ hasWindow: event.currentTarget.checked })}
          />
          {values.hasWindow && (
            <SimpleGrid cols={{ base: 1, xs: 3 }}>
              <TextInput
                type="time"
                label={t('settings.from')}
                value={values.from}
                onChange={(event) => set({ from: event.currentTarget.value })}
              />
              <TextInput
                type="time"
                label={t('settings.to')}
                value={values.to}
                onChange={(event) => set({ to: event.currentTarget.value })}
              />
              <Autocomplete
                label={t('settings.timeZone')}
                description={t('settings.timeZoneHint')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                data={['recipient', ...ZONES]}
                limit={50}
                dir="ltr"
                value={values.timeZone}
                onChange={(timeZone) => set({ timeZone })}
              />
            </SimpleGrid>
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <AmountInput
              label={t('settings.capCount')}
              description={t('settings.capHint')}
              max={LIMITS.FREQUENCY_CAP}
              value={values.capCount}
              onChange={(capCount) => set({ capCount })}
            />
            <AmountInput
              label={t('settings.capDays')}
              description={t('settings.capDaysHint')}
              max={LIMITS.FREQUENCY_CAP_DAYS}
              value={values.capDays}
              onChange={(capDays) => set({ capDays })}
            />
            <AmountInput
              label={t('settings.chatPerMinute')}
              description={t('settings.budgetHint')}
              max={LIMITS.THROTTLE_PER_MINUTE}
              value={values.chatPerMinute}
              onChange={(chatPerMinute) => set({ chatPerMinute })}
            />
            <AmountInput
              label={t('settings.smsPerMinute')}
              description={t('settings.budgetHint')}
              max={LIMITS.THROTTLE_PER_MINUTE}
              value={values.smsPerMinute}
              onChange={(smsPerMinute) => set({ smsPerMinute })}
            />
          </SimpleGrid>
        </>
      )}
    </SettingsForm>
  );
}

export function SmsForm({ service }: Props) {
  const t = useText();
  return (
    <SettingsForm
      title={t('settings.sms')}
      service={service}
      read={smsOf}
      changes={smsChanges}
      problem={({ countries }) => {
        const [wrong] = wrongCountries(countries);
        return wrong === undefined ? undefined : t('settings.problem.country', { country: wrong });
      }}
    >
      {({ values, set }) => (
        <>
          <TextInput
            label={t('settings.sender')}
            description={t('settings.senderHint')}
            dir="ltr"
            value={values.sender}
            onChange={(event) => set({ sender: event.currentTarget.value })}
          />
          <TextsInput
            hasWords
            label={t('settings.countries')}
            description={t('settings.countriesHint')}
            value={values.countries}
            onChange={(countries) => set({ countries })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <AmountInput
              label={t('settings.perPersonPerDay')}
              description={t('settings.perPersonHint', { limit: LIMITS.SMS_PER_PERSON_PER_DAY })}
              max={1_000}
              value={values.perPersonPerDay}
              onChange={(perPersonPerDay) => set({ perPersonPerDay })}
            />
            <AmountInput
              label={t('settings.perPrefixPerHour')}
              description={t('settings.perPrefixHint')}
              max={1_000_000}
              value={values.perPrefixPerHour}
              onChange={(perPrefixPerHour) => set({ perPrefixPerHour })}
            />
            <AmountInput
              label={t('settings.dailySpendCap')}
              description={t('settings.noLimit')}
              min={0.01}
              max={1_000_000}
              isExact
              value={values.dailySpendCap}
              onChange={(dailySpendCap) => set({ dailySpendCap })}
            />
            <AmountInput
              label={t('settings.segmentsPerSecond')}
              description={t('settings.segmentsHint')}
              min={0.01}
              max={10_000}
              isExact
              value={values.segmentsPerSecond}
              onChange={(segmentsPerSecond) => set({ segmentsPerSecond })}
            />
          </SimpleGrid>
          <NativeSelect
            label={t('settings.unknownNumbers')}
            data={(['keep', 'create'] as const).map((value) => ({
              value,
              label: t(`settings.unknownNumbers.${value}`),
            }))}
            value={values.unknownNumbers}
            onChange={(event) => set({ unknownNumbers: event.currentTarget.value as 'keep' })}
          />
        </>
      )}
    </SettingsForm>
  );
}

export function LimitsForm({ service }: Props) {
  const t = useText();
  return (
    <SettingsForm
      title={t('settings.limits')}
      hint={t('settings.limitsHint')}
      service={service}
      read={limitsOf}
      changes={limitChanges}
    >
      {({ values, set }) => (
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <AmountInput
            label={t('settings.postsPerSecond')}
            description={t('settings.default', { value: LIMITS.POSTS_PER_SECOND })}
            max={LIMITS.CHOSEN_POSTS_PER_SECOND}
            value={values.postsPerSecond}
            onChange={(postsPerSecond) => set({ postsPerSecond })}
          />
          <AmountInput
            label={t('settings.postsPerMinute')}
            description={t('settings.default', { value: LIMITS.POSTS_PER_MINUTE })}
            max={LIMITS.CHOSEN_POSTS_PER_MINUTE}
            value={values.postsPerMinute}
            onChange={(postsPerMinute) => set({ postsPerMinute })}
          />
          <AmountInput
            label={t('settings.slowMode')}
            description={t('settings.slowModeHint')}
            min={0}
            max={LIMITS.SLOW_MODE_SECONDS}
            value={values.slowModeSeconds}
            onChange={(slowModeSeconds) => set({ slowModeSeconds })}
          />
        </SimpleGrid>
      )}
    </SettingsForm>
  );
}
