/**
 * Read and write the tree past the rules, by the REST API of the Firestore emulator.
 *
 * Seeds what a server writes in production, and reads back what came of it.
 */
import { AUTH, FIRESTORE, PROJECT } from './settings.js';

const DOCUMENTS = `projects/${PROJECT}/databases/(default)/documents`;
const URL_OF_DOCUMENTS = `http://${FIRESTORE}/v1/${DOCUMENTS}`;
const OWNER = { Authorization: 'Bearer owner', 'Content-Type': 'application/json' };

/** The most writes of one commit. */
const COMMIT_SIZE = 500;
const GET_SIZE = 300;
const PAGE_SIZE = 300;

// biome-ignore lint/suspicious/noExplicitAny: the demo reads fields of many kinds of documents
export type Fields = Record<string, any>;

export interface Doc {
  path: string;
  fields: Fields;
}

/** A document, and a value in it, as the REST API has them. */
interface RestDocument {
  name: string;
  fields?: Record<string, RestValue>;
}
type RestValue = Record<string, unknown>;

/** Replace documents, 500 in a commit. */
export async function put(docs: Doc[]): Promise<void> {
  for (const some of slices(docs, COMMIT_SIZE)) {
    const writes = some.map(({ path, fields }) => ({
      update: { name: `${DOCUMENTS}/${path}`, fields: encodeFields(fields) },
    }));
    await request(`${URL_OF_DOCUMENTS}:commit`, { writes });
  }
}

/** Return documents by their paths; missing ones are left out. */
export async function get(paths: string[]): Promise<Map<string, Fields>> {
  const found = new Map<string, Fields>();
  for (const some of slices(paths, GET_SIZE)) {
    const documents = some.map((path) => `${DOCUMENTS}/${path}`);
    const answers = await request<{ found?: RestDocument }[]>(`${URL_OF_DOCUMENTS}:batchGet`, { documents });
    for (const answer of answers) {
      if (!answer.found) continue;
      const { path, fields } = decodeDocument(answer.found);
      found.set(path, fields);
    }
  }
  return found;
}

/**
 * Return every document of a collection, in the order of their ids.
 *
 * Not by a query: the emulator takes the colon of a chat id in the parent for that of the method.
 */
export async function list(collection: string): Promise<Doc[]> {
  const found: Doc[] = [];
  let pageToken = '';
  do {
    const page = new URLSearchParams({ pageSize: String(PAGE_SIZE), pageToken });
    const { documents = [], nextPageToken = '' } = await request<{
      documents?: RestDocument[];
      nextPageToken?: string;
    }>(`${URL_OF_DOCUMENTS}/${collection}?${page}`);
    found.push(...documents.map(decodeDocument));
    pageToken = nextPageToken;
  } while (pageToken);
  return found;
}

/** Return every document whose field has this value, in all collections of this id. */
export async function find(collectionId: string, fieldPath: string, value: string): Promise<Doc[]> {
  const structuredQuery = {
    from: [{ collectionId, allDescendants: true }],
    where: { fieldFilter: { field: { fieldPath }, op: 'EQUAL', value: encode(value) } },
  };
  const answers = await request<{ document?: RestDocument }[]>(`${URL_OF_DOCUMENTS}:runQuery`, { structuredQuery });
  return answers.flatMap(({ document }) => (document ? [decodeDocument(document)] : []));
}

/** Create an account with a given uid, as an import does. */
export async function importAccount(uid: string, email: string, password: string): Promise<void> {
  const url = `http://${AUTH}/identitytoolkit.googleapis.com/v1/projects/${PROJECT}/accounts`;
  await request(url, { localId: uid, email, password });
}

async function request<T>(url: string, body?: object): Promise<T> {
  const options = body ? { method: 'POST', headers: OWNER, body: JSON.stringify(body) } : { headers: OWNER };
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function* slices<T>(all: T[], size: number): Generator<T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

function encodeFields(fields: Fields): Record<string, RestValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encode(value)]));
}

function encode(value: unknown): RestValue {
  if (value === null) return { nullValue: null };
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encode) } };
  switch (typeof value) {
    case 'boolean':
      return { booleanValue: value };
    case 'number':
      return Number.isInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
    case 'string':
      return { stringValue: value };
    case 'object':
      return { mapValue: { fields: encodeFields(value as Fields) } };
    default:
      throw new TypeError(`Firestore has no type for a ${typeof value}`);
  }
}

function decodeDocument({ name, fields }: RestDocument): Doc {
  return { path: name.slice(DOCUMENTS.length + 1), fields: decodeFields(fields) };
}

function decodeFields(fields: Record<string, RestValue> = {}): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, decode(value)]));
}

/** Decode a value. A timestamp stays text, since a `Date` would lose its microseconds. */
function decode(value: RestValue): unknown {
  const [kind, held] = Object.entries(value)[0] ?? [];
  switch (kind) {
    case 'integerValue':
      return Number(held);
    case 'mapValue':
      return decodeFields((held as RestDocument).fields);
    case 'arrayValue':
      return ((held as { values?: RestValue[] }).values ?? []).map(decode);
    default:
      return held;
  }
}
