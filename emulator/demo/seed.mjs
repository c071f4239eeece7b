/**
 * What the campaign meets: a service with its staff, its people, and their devices.
 *
 * Written straight into the tree, as an import does: the functions emulator runs some fifty events
 * a second, so a thousand sign-ups would take longer than the campaign.
 */
import { createHash } from 'node:crypto';

import { PASSWORD } from './clients.mjs';
import { PEOPLE, RUN } from './settings.mjs';
import { importAccount, put } from './tree.mjs';

export const SERVICE = 'acme';
export const SERVICE_NAME = 'Acme';
const DEAD_DEVICES = 30;

/**
 * @typedef {object} Person
 * @property {string} uid
 * @property {string} displayName
 * @property {string} token of a device that lives
 * @property {string | null} deadToken of one that FCM no longer knows
 */

/** The staff member who sends; given, since the staff document is there before the sign-in. */
export const STAFF_UID = `${RUN}-staff`;

/** Whom the filter matches: each of its conditions excludes some of those who are seeded. */
export const FILTER = {
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

/**
 * Seed the service; answers its people who match and those who do not.
 * @returns {Promise<{matching: Person[], others: Person[]}>}
 */
export async function seed() {
  const matching = numbers(PEOPLE).map((n) => person(`p${n}`, n));
  const others = numbers(Math.max(5, Math.ceil(PEOPLE / 4))).map((n) => person(`o${n}`, n));
  for (const each of matching.slice(0, Math.min(DEAD_DEVICES, PEOPLE))) {
    each.deadToken = `dead-${each.token}`;
  }
  await put([
    { path: 'services/default', fields: { name: 'Parley', kind: 'default' } },
    { path: `services/${SERVICE}`, fields: { name: SERVICE_NAME, kind: 'dashboard' } },
    {
      path: `services/${SERVICE}/staff/${STAFF_UID}`,
      fields: { role: 'admin', displayName: 'Ada of Acme' },
    },
    ...matching.map((each, n) => serviceUser(each, matches(n))),
    ...others.map((each, n) => serviceUser(each, matchesNot(n))),
    ...[...matching, ...others].map(pushTokens),
  ]);
  return { matching, others };
}

/**
 * Give a seeded uid an account, so that the person or staff member can sign in; answers the email.
 * @param {string} uid
 */
export async function account(uid) {
  const email = `${uid}@example.com`.toLowerCase();
  await importAccount({ uid, email, password: PASSWORD });
  return email;
}

/** @param {number} count */
const numbers = (count) => Array.from({ length: count }, (_, n) => n + 1);

/**
 * @param {string} name
 * @param {number} n
 * @returns {Person}
 */
function person(name, n) {
  const uid = `${RUN}-${name}`;
  return { uid, displayName: `${name[0] === 'p' ? 'Pat' : 'Olu'} ${n}`, token: uid, deadToken: null };
}

/** @param {number} n */
function matches(n) {
  const regular = { cohort: RUN, visits: 3 + (n % 5), plan: 'free' };
  const paying = { cohort: RUN, visits: 0, plan: n % 4 === 1 ? 'pro' : 'team' };
  return { attributes: n % 2 ? paying : regular, tags: ['customer'], locale: 'en-GB' };
}

/** One reason after the other for which the filter leaves somebody out.
 * @param {number} n */
function matchesNot(n) {
  const almost = matches(n);
  return [
    { ...almost, attributes: { ...almost.attributes, cohort: `not-${RUN}` } },
    { ...almost, tags: ['lead'] },
    { ...almost, attributes: { cohort: RUN, visits: 2, plan: 'free' } },
    { ...almost, locale: 'fr-FR' },
    { ...almost, tags: [] },
  ][n % 5];
}

/**
 * @param {Person} each
 * @param {{attributes: object, tags: string[], locale: string}} known
 */
function serviceUser({ uid, displayName }, known) {
  return {
    path: `services/${SERVICE}/users/${uid}`,
    fields: {
      uid, displayName, timeZone: 'Europe/London', consents: {}, createdAt: new Date(), ...known,
    },
  };
}

/**
 * Where the server notes who holds a push token.
 * @param {string} token
 */
export function ownerPath(token) {
  return `pushTokenOwners/${createHash('sha256').update(token).digest('hex')}`;
}

/** @param {Person} each */
function pushTokens({ uid, token, deadToken }) {
  const device = (/** @type {string} */ value) => ({
    token: value, kind: 'fcmToken', platform: 'android', locale: 'en-GB', updatedAt: new Date(),
  });
  const devices = { phone: device(token), ...(deadToken && { old: device(deadToken) }) };
  return { path: `userPushTokens/${uid}`, fields: { devices } };
}
