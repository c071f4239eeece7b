/** The forms of the settings, from a service and back to a change of it. */
import type { Service } from 'parley-client';
import { describe, expect, it } from 'vitest';
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
} from '../../src/settings/values.js';

const bare: Service = { name: 'Acme', kind: 'dashboard' };
const full: Service = {
  ...bare,
  webhook: 'https://acme.example/hook',
  retentionDays: 90,
  casePolicy: 'users',
  addPolicy: 'open',
  window: { from: '08:00', to: '21:30', timeZone: 'Europe/Berlin' },
  frequencyCap: { count: 3, days: 7, purpose: 'marketing' },
  budgets: { sms: 60 },
  sms: { from: '+12025550100', countries: ['US', 'DE'], dailySpendCap: 9.5, unknownNumbers: 'create' },
  limits: { postsPerSecond: 2, slowModeSeconds: 0 },
};

describe('a service that was read and saved unchanged', () => {
  it('keeps every setting', () => {
    const changes = {
      ...generalChanges(generalOf(full)),
      ...sendingChanges(sendingOf(full)),
      ...smsChanges(smsOf(full)),
      ...limitChanges(limitsOf(full)),
    };
    expect({ kind: full.kind, ...changes }).toEqual(full);
  });

  it('keeps unset what is not set', () => {
    expect(sendingChanges(sendingOf(bare))).toEqual({ window: null, frequencyCap: null, budgets: null });
    expect(smsChanges(smsOf(bare))).toEqual({ sms: null });
    expect(limitChanges(limitsOf(bare))).toEqual({ limits: null });
    expect(generalChanges(generalOf(bare))).toMatchObject({ webhook: null, retentionDays: null });
  });
});

it('takes a messaging service and a number in the same field', () => {
  const sid = `MG${'a1'.repeat(16)}`;
  expect(smsChanges({ ...smsOf(full), sender: ` ${sid} ` }).sms).toMatchObject({ messagingServiceSid: sid });
  expect(smsChanges({ ...smsOf(full), sender: sid }).sms).not.toHaveProperty('from');
  expect(smsChanges({ ...smsOf(full), sender: 'ACME' }).sms).toMatchObject({ from: 'ACME' });
});

it('names codes that are no country', () => {
  expect(wrongCountries(['de', 'USA', '', 'GB'])).toEqual(['USA', '']);
});

it('refuses hours without a length and half a frequency cap', () => {
  const values = sendingOf(full);
  expect(problemOfSending(values)).toBeUndefined();
  expect(problemOfSending({ ...values, to: values.from })).toBe('window');
  expect(problemOfSending({ ...values, capDays: '' })).toBe('cap');
  expect(problemOfSending({ ...values, capDays: '', capCount: '' })).toBeUndefined();
});
