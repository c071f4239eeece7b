/** What the forms of the settings hold, from the service and back to a change of it. Null removes a setting. */
import type { Service, ServiceChanges, SmsSettings } from 'parley-client';

/** A number field: empty for "not set". */
export type Amount = number | '';

const amount = (value: number | undefined): Amount => value ?? '';

/** Only what is set; nothing at all becomes null, which removes the whole setting. */
function setOnly<T extends object>(values: { [K in keyof T]: T[K] | '' | undefined }): T | null {
  const kept = Object.entries(values).filter(([, value]) => value !== '' && value !== undefined);
  return kept.length === 0 ? null : (Object.fromEntries(kept) as T);
}

interface GeneralValues {
  name: string;
  webhook: string;
  retentionDays: Amount;
  casePolicy: 'everyone' | 'users';
  addPolicy: 'invite' | 'open';
}

export function generalOf({ name, webhook, retentionDays, casePolicy, addPolicy }: Service): GeneralValues {
  return {
    name,
    webhook: webhook ?? '',
    retentionDays: amount(retentionDays),
    casePolicy: casePolicy ?? 'everyone',
    addPolicy: addPolicy ?? 'invite',
  };
}

export function generalChanges({ name, webhook, retentionDays, casePolicy, addPolicy }: GeneralValues): ServiceChanges {
  return {
    name: name.trim(),
    webhook: webhook.trim() || null,
    retentionDays: retentionDays === '' ? null : retentionDays,
    casePolicy,
    addPolicy,
  };
}

interface SendingValues {
  hasWindow: boolean;
  from: string;
  to: string;
  timeZone: string;
  capCount: Amount;
  capDays: Amount;
  chatPerMinute: Amount;
  smsPerMinute: Amount;
}

export function sendingOf({ window, frequencyCap, budgets }: Service): SendingValues {
  return {
    hasWindow: window !== undefined,
    from: window?.from ?? '09:00',
    to: window?.to ?? '20:00',
    timeZone: window?.timeZone ?? 'recipient',
    capCount: amount(frequencyCap?.count),
    capDays: amount(frequencyCap?.days),
    chatPerMinute: amount(budgets?.chat),
    smsPerMinute: amount(budgets?.sms),
  };
}

export function sendingChanges(values: SendingValues): ServiceChanges {
  const { hasWindow, from, to, timeZone, capCount, capDays, chatPerMinute, smsPerMinute } = values;
  return {
    window: hasWindow ? { from, to, timeZone } : null,
    frequencyCap: capCount === '' || capDays === '' ? null : { count: capCount, days: capDays, purpose: 'marketing' },
    budgets: setOnly<{ chat: number; sms: number }>({ chat: chatPerMinute, sms: smsPerMinute }),
  };
}

/** What keeps these from being saved. */
export function problemOfSending(values: SendingValues): 'window' | 'cap' | undefined {
  if (values.hasWindow && (!values.from || !values.to || values.from === values.to || !values.timeZone))
    return 'window';
  return (values.capCount === '') !== (values.capDays === '') ? 'cap' : undefined;
}

interface SmsValues {
  sender: string;
  countries: string[];
  perPersonPerDay: Amount;
  perPrefixPerHour: Amount;
  dailySpendCap: Amount;
  segmentsPerSecond: Amount;
  unknownNumbers: 'create' | 'keep';
}

const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/i;

export function smsOf({ sms }: Service): SmsValues {
  return {
    sender: sms?.messagingServiceSid ?? sms?.from ?? '',
    countries: sms?.countries ?? [],
    perPersonPerDay: amount(sms?.maxPerPersonPerDay),
    perPrefixPerHour: amount(sms?.maxPerPrefixPerHour),
    dailySpendCap: amount(sms?.dailySpendCap),
    segmentsPerSecond: amount(sms?.segmentsPerSecond),
    unknownNumbers: sms?.unknownNumbers ?? 'keep',
  };
}

/** One field takes either kind of sender: a messaging service by its SID, or a number or a name. */
export function smsChanges(values: SmsValues): ServiceChanges {
  const sender = values.sender.trim();
  const isService = MESSAGING_SERVICE.test(sender);
  return {
    sms: setOnly<SmsSettings>({
      messagingServiceSid: isService ? sender : '',
      from: isService ? '' : sender,
      countries: values.countries.length > 0 ? values.countries.map((each) => each.trim().toUpperCase()) : undefined,
      maxPerPersonPerDay: values.perPersonPerDay,
      maxPerPrefixPerHour: values.perPrefixPerHour,
      dailySpendCap: values.dailySpendCap,
      segmentsPerSecond: values.segmentsPerSecond,
      unknownNumbers: values.unknownNumbers === 'keep' ? undefined : values.unknownNumbers,
    }),
  };
}

/** The codes that are no country's, two letters each. */
export function wrongCountries(countries: readonly string[]): string[] {
  return countries.filter((each) => !/^[A-Za-z]{2}$/.test(each.trim()));
}

interface LimitValues {
  postsPerSecond: Amount;
  postsPerMinute: Amount;
  slowModeSeconds: Amount;
}

export function limitsOf({ limits }: Service): LimitValues {
  return {
    postsPerSecond: amount(limits?.postsPerSecond),
    postsPerMinute: amount(limits?.postsPerMinute),
    slowModeSeconds: amount(limits?.slowModeSeconds),
  };
}

export function limitChanges(values: LimitValues): ServiceChanges {
  return {
    limits: setOnly<{ postsPerSecond: number; postsPerMinute: number; slowModeSeconds: number }>({ ...values }),
  };
}
