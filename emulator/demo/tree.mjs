/**
 * The tree as its owner sees it: past the rules, by the Firestore emulator's REST interface.
 *
 * For seeding what a server writes in production, and for reading back what came of it.
 */
import { AUTH, FIRESTORE, PROJECT } from './settings.mjs';

const DATABASE = `projects/${PROJECT}/databases/(default)`;
const DOCUMENTS = `${DATABASE}/documents`;
const OWNER = { Authorization: 'Bearer owner', 'Content-Type': 'application/json' };

/** As many writes as one commit takes. */
const COMMIT_SIZE = 500;
const GET_SIZE = 300;
const PAGE_SIZE = 300;

/** @typedef {{path: string, fields: Record<string, any>}} Doc */

/**
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function ask(url, body) {
  const request = body === undefined
    ? { headers: OWNER }
    : { method: 'POST', headers: OWNER, body: JSON.stringify(body) };
  const response = await fetch(url, request);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/**
 * Put documents in place of whatever is there, 500 in a commit.
 * @param {Doc[]} docs
 */
export async function put(docs) {
  for (const some of slices(docs, COMMIT_SIZE)) {
    const writes = some.map(({ path, fields }) => ({
      update: { name: `${DOCUMENTS}/${path}`, fields: encodeFields(fields) },
    }));
    await ask(`http://${FIRESTORE}/v1/${DOCUMENTS}:commit`, { writes });
  }
}

/**
 * Documents by their paths; those that are missing are missing from the answer.
 * @param {string[]} paths
 * @returns {Promise<Map<string, Record<string, any>>>}
 */
export async function get(paths) {
  const found = new Map();
  for (const some of slices(paths, GET_SIZE)) {
    const documents = some.map((path) => `${DOCUMENTS}/${path}`);
    const answers = await ask(`http://${FIRESTORE}/v1/${DOCUMENTS}:batchGet`, { documents });
    for (const answer of answers) {
      if (answer.found) {
        const { path, fields } = decodeDocument(answer.found);
        found.set(path, fields);
      }
    }
  }
  return found;
}

/**
 * Every document of a collection, in the order of their ids.
 *
 * Not by a query: the emulator takes the colon of a chat id in its parent for the method's.
 * @param {string} collection
 * @returns {Promise<Doc[]>}
 */
export async function list(collection) {
  const found = [];
  let pageToken = '';
  do {
    const page = new URLSearchParams({ pageSize: String(PAGE_SIZE), pageToken });
    const { documents = [], nextPageToken = '' } = await ask(
      `http://${FIRESTORE}/v1/${DOCUMENTS}/${collection}?${page}`,
    );
    found.push(...documents.map(decodeDocument));
    pageToken = nextPageToken;
  } while (pageToken);
  return found;
}

/**
 * Every document of all collections of that name in which a field has this value.
 * @param {string} collectionId
 * @param {string} fieldPath
 * @param {string} value
 * @returns {Promise<Doc[]>}
 */
export async function find(collectionId, fieldPath, value) {
  const structuredQuery = {
    from: [{ collectionId, allDescendants: true }],
    where: { fieldFilter: { field: { fieldPath }, op: 'EQUAL', value: encode(value) } },
  };
  const answers = await ask(`http://${FIRESTORE}/v1/${DOCUMENTS}:runQuery`, { structuredQuery });
  return answers
    .filter((/** @type {any} */ answer) => answer.document)
    .map((/** @type {any} */ answer) => decodeDocument(answer.document));
}

/**
 * An account of which the uid is given, as an import makes it.
 * @param {{uid: string, email: string, password: string}} account
 */
export async function importAccount({ uid, email, password }) {
  const url = `http://${AUTH}/identitytoolkit.googleapis.com/v1/projects/${PROJECT}/accounts`;
  await ask(url, { localId: uid, email, password });
}

/**
 * @template T
 * @param {T[]} all
 * @param {number} size
 * @returns {Generator<T[]>}
 */
function* slices(all, size) {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

/** @param {Record<string, any>} fields */
const encodeFields = (fields) => Object.fromEntries(
  Object.entries(fields).map(([name, value]) => [name, encode(value)]),
);

/**
 * @param {any} value
 * @returns {object}
 */
function encode(value) {
  if (value === null) return { nullValue: null };
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encode) } };
  switch (typeof value) {
    case 'boolean': return { booleanValue: value };
    case 'number': return Number.isInteger(value)
      ? { integerValue: String(value) } : { doubleValue: value };
    case 'string': return { stringValue: value };
    case 'object': return { mapValue: { fields: encodeFields(value) } };
    default: throw new TypeError(`Firestore holds no ${typeof value}`);
  }
}

/**
 * @param {{name: string, fields?: Record<string, any>}} document
 * @returns {Doc}
 */
const decodeDocument = ({ name, fields }) => ({
  path: name.slice(DOCUMENTS.length + 1), fields: decodeFields(fields),
});

/** @param {Record<string, any>} fields */
const decodeFields = (fields = {}) => Object.fromEntries(
  Object.entries(fields).map(([name, value]) => [name, decode(value)]),
);

/**
 * A timestamp stays the text that Firestore answers, since a `Date` would lose its microseconds.
 * @param {any} value
 * @returns {any}
 */
function decode(value) {
  const [[kind, held]] = Object.entries(value);
  switch (kind) {
    case 'integerValue': return Number(held);
    case 'mapValue': return decodeFields(held.fields);
    case 'arrayValue': return (held.values ?? []).map(decode);
    default: return held;
  }
}
