/** Find people of a service by what staff type: an id, a phone number, or the beginning of an email or a name. */
import { limit, orderBy, type QueryConstraint, where } from 'firebase/firestore';
import type { ServiceUser } from '../../../schema/exported/parley.js';
import type { Connection } from './connection.js';
import { LIMITS } from './limits.js';
import { paths } from './paths.js';
import * as values from './valueForms.js';

/** Above every character that a text goes on with. */
const LAST = '\uf8ff';

/** Each query reads at most `pageSize` documents; the id costs one read. */
export async function findPeople(
  connection: Connection,
  serviceId: string,
  text: string,
  pageSize: number,
): Promise<ServiceUser[]> {
  const asked = text.trim();
  if (!asked) return [];
  const folder = paths.serviceUsers(serviceId);
  const pages = await Promise.all([
    byId(connection, folder, asked),
    ...queriesFor(asked).map((constraints) => connection.find(folder, ...constraints, limit(pageSize))),
  ]);
  const found = new Map<string, ServiceUser>();
  for (const person of pages.flat() as ServiceUser[]) found.set(person.uid, found.get(person.uid) ?? person);
  return [...found.values()].slice(0, pageSize);
}

async function byId(connection: Connection, folder: string, uid: string): Promise<object[]> {
  if (values.uid(uid, { name: 'uid', inside: '' }).length > 0) return [];
  const person = await connection.get(`${folder}/${uid}`);
  return person ? [person] : [];
}

/** A number is looked up as it is; anything else as the beginning of an email or of a name. */
export function queriesFor(text: string): QueryConstraint[][] {
  const phone = text.replaceAll(/[\s().-]/g, '');
  if (/^\+\d{3,15}$/.test(phone)) return [beginning('phone', phone)];
  const queries = [...new Set(spellings(text))].map((each) => beginning('displayName', each));
  return text.length <= LIMITS.EMAIL ? [...queries, beginning('email', text.toLowerCase())] : queries;
}

/** Firestore compares letter by letter, so a name is tried as typed and as names are written. */
function spellings(text: string): string[] {
  const lower = text.toLocaleLowerCase();
  const titled = lower.replaceAll(/(^|[\s'-])(\p{L})/gu, (_, before: string, letter: string) => {
    return before + letter.toLocaleUpperCase();
  });
  return [text, titled, lower];
}

function beginning(field: string, text: string): QueryConstraint[] {
  return [where(field, '>=', text), where(field, '<=', text + LAST), orderBy(field)];
}
