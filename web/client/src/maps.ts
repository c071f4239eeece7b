/** Maps whose fields an app chooses, as the server and Firestore take them. Pure. */
import { bytesOf, HALF_A_PAIR, isWellFormed, spelled } from './carried.js';
import { wrongField } from './errors.js';
import { type Form, isObject } from './forms.js';
import { LIMITS } from './limits.js';

/** Where in a map something cannot be stored, and why. */
interface Unstorable {
  at: string[];
  message: string;
  value: unknown;
  limit?: number | string;
}

/** A map of up to 16 KiB as JSON, 16 levels deep, of what JSON knows. */
export const map: Form = (value, { name, inside }) => {
  if (!isObject(value)) return [wrongField(name, 'must be an object', value)];
  const found = inMap(value, []);
  if (found) {
    const { at, message, value: held, limit } = found;
    return [wrongField(at.length > 0 ? `${inside}${at.map(spelled).join('.')}` : name, message, held, limit)];
  }
  const size = bytesOf(JSON.stringify(value));
  return size <= LIMITS.USER_ATTRIBUTES_BYTES
    ? []
    : [wrongField(name, 'too many bytes as JSON', size, LIMITS.USER_ATTRIBUTES_BYTES)];
};

function inMap(entries: object, at: string[]): Unstorable | undefined {
  if (at.length >= LIMITS.ATTRIBUTES_DEPTH) {
    return { at, message: 'nested too deep', value: at.length + 1, limit: LIMITS.ATTRIBUTES_DEPTH };
  }
  for (const [key, value] of Object.entries(entries)) {
    const found = inKey(key, at) ?? inValue(value, [...at, key]);
    if (found) return found;
  }
  return undefined;
}

function inKey(key: string, at: string[]): Unstorable | undefined {
  const here = [...at, key];
  if (!isWellFormed(key)) return { at: here, message: `has a name that ${HALF_A_PAIR}`, value: key };
  if (key === '') return { at, message: 'has an empty name in it', value: key };
  if (/^__[\s\S]*__$/.test(key)) return { at: here, message: 'has a name that Firestore keeps for itself', value: key };
  const size = bytesOf(here.join('.'));
  return size <= LIMITS.ATTRIBUTES_PATH_BYTES
    ? undefined
    : {
        at: at.slice(0, 1),
        message: 'has a name at a path of too many bytes',
        value: size,
        limit: LIMITS.ATTRIBUTES_PATH_BYTES,
      };
}

function inValue(value: unknown, at: string[]): Unstorable | undefined {
  if (value === null || value === undefined || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return isWellFormed(value) ? undefined : { at, message: HALF_A_PAIR, value };
  if (typeof value === 'number') return inNumber(value, at);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return undefined;
  if (Array.isArray(value)) return inList(value, at);
  return isObject(value) && !(value instanceof Date)
    ? inMap(value, at)
    : { at, message: 'must be what JSON knows', value: value instanceof Date ? 'Invalid Date' : value };
}

/** JSON spells a number of up to 21 digits as a whole one, of which Firestore takes 64 bits. */
function inNumber(value: number, at: string[]): Unstorable | undefined {
  if (!Number.isFinite(value)) return { at, message: 'must be what JSON knows', value: String(value) };
  const isTooLarge = Number.isInteger(value) && Math.abs(value) < 1e21 && (value >= 2 ** 63 || value < -(2 ** 63));
  return isTooLarge ? { at, message: 'beyond 64 bits; send it as a string', value } : undefined;
}

function inList(values: unknown[], at: string[]): Unstorable | undefined {
  for (const [index, value] of Array.from(values).entries()) {
    const here = [...at, String(index)];
    const found = Array.isArray(value)
      ? { at: here, message: 'is a list in a list; put a map between them', value }
      : inValue(value, here);
    if (found) return found;
  }
  return undefined;
}
