/**
 * Seed what the campaign needs: a service with its staff, its people and their devices.
 *
 * Written straight into the tree, as an import does. The functions emulator runs some fifty events
 * a second, so a thousand sign-ups would take longer than the campaign.
 */
import { createHash } from 'node:crypto';
import type { FilterAudience } from 'parley-client';
import { PASSWORD } from './phone.js';
import { PEOPLE, RUN } from './settings.js';
import { type Doc, type Fields, importAccount, put } from './tree.js';

export const SERVICE = 'acme';
export const SERVICE_NAME = 'Acme';
/** The number that the service sends from; no carrier paces it here. */
export const SENDER = '+12025550142';
export const EMAIL_SENDER = 'Acme <hello@acme.example>';
const SMS = { from: SENDER, segmentsPerSecond: 500 };
const EMAIL = { senders: [EMAIL_SENDER] };
const DEAD_DEVICES = 30;
const REFUSING = 5;

export interface Person {
  uid: string;
  displayName: string;
  /** The token of a living device. */
  token: string;
  /** The token of a device that FCM no longer knows. */
  deadToken: string | null;
}

export interface Seeded {
  /** The people whom the campaign's filter matches. */
  matching: Person[];
  others: Person[];
  /** The last of the others, who refuse marketing by chat. */
  refusing: Person[];
}

/** The staff member who sends. Their staff document exists before they sign in. */
export const STAFF_UID = `${RUN}-staff`;

/** The campaign's audience. Each condition excludes some of the people who are seeded. */
export const FILTER: FilterAudience['where'] = {
  and: [
    { field: 'attributes.cohort', op: '==', value: RUN },
    { field: 'tags', op: 'array-contains', value: 'customer' },
    {
      or: [
        { field: 'attributes.visits', op: '>=', value: 3 },
        { field: 'attributes.plan', op: 'in', value: ['pro', 'team'] },
      ],
    },
    { not: { field: 'locale', op: '==', value: 'fr-FR' } },
  ],
};

export async function seed(): Promise<Seeded> {
  const matching = numbers(PEOPLE).map((n) => person(`p${n}`, `Pat ${n}`));
  const others = numbers(Math.max(5, Math.ceil(PEOPLE / 4))).map((n) => person(`o${n}`, `Olu ${n}`));
  const refusing = others.slice(-REFUSING);
  for (const each of matching.slice(0, DEAD_DEVICES)) each.deadToken = `dead-${each.token}`;
  await put([
    { path: 'services/default', fields: { name: 'Parley', kind: 'default' } },
    { path: `services/${SERVICE}`, fields: { name: SERVICE_NAME, kind: 'dashboard', sms: SMS, email: EMAIL } },
    {
      path: `services/${SERVICE}/staff/${STAFF_UID}`,
      fields: { role: 'admin', displayName: 'Ada of Acme' },
    },
    ...matching.map((each, n) => serviceUser(each, matchingFields(n))),
    ...others.map((each, n) => serviceUser(each, refusing.includes(each) ? refusal(n) : otherFields(n))),
    ...[...matching, ...others].map(pushTokens),
  ]);
  return { matching, others, refusing };
}

/** Create the account of a seeded uid, so that they can sign in; return its email. */
export async function createAccount(uid: string): Promise<string> {
  const email = `${uid}@example.com`.toLowerCase();
  await importAccount(uid, email, PASSWORD);
  return email;
}

/** The path of the document in which the server notes who has a push token. */
export function ownerPath(token: string): string {
  return `pushTokenOwners/${createHash('sha256').update(token).digest('hex')}`;
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

function person(name: string, displayName: string): Person {
  const uid = `${RUN}-${name}`;
  return { uid, displayName, token: uid, deadToken: null };
}

function matchingFields(n: number): Fields {
  const regular = { cohort: RUN, visits: 3 + (n % 5), plan: 'free' };
  const paying = { cohort: RUN, visits: 0, plan: n % 4 === 1 ? 'pro' : 'team' };
  return { attributes: n % 2 ? paying : regular, tags: ['customer'], locale: 'en-GB' };
}

/** Fields that fail one condition of the filter, a different one for each `n`. */
function otherFields(n: number): Fields {
  const almost = matchingFields(n);
  const changes: Fields[] = [
    { attributes: { ...almost.attributes, cohort: `not-${RUN}` } },
    { tags: ['lead'] },
    { attributes: { cohort: RUN, visits: 2, plan: 'free' } },
    { locale: 'fr-FR' },
    { tags: [] },
  ];
  return { ...almost, ...changes[n % changes.length] };
}

function refusal(n: number): Fields {
  const consents = { chat: { marketing: { granted: false, at: new Date(), source: 'app' } } };
  return { ...otherFields(n), consents };
}

function serviceUser({ uid, displayName }: Person, fields: Fields): Doc {
  const known = { uid, displayName, timeZone: 'Europe/London', consents: {}, createdAt: new Date() };
  return { path: `services/${SERVICE}/users/${uid}`, fields: { ...known, ...fields } };
}

function pushTokens({ uid, token, deadToken }: Person): Doc {
  const device = (value: string): Fields => ({
    token: value,
    kind: 'fcmToken',
    platform: 'android',
    locale: 'en-GB',
    updatedAt: new Date(),
  });
  const devices = { phone: device(token), ...(deadToken && { old: device(deadToken) }) };
  return { path: `userPushTokens/${uid}`, fields: { devices } };
}
