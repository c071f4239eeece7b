/** Where the stack is and how large the demo is: read from the environment, once. */

/**
 * @param {string} name
 * @param {string} otherwise what a stack without a port offset has
 */
function variable(name, otherwise) {
  return process.env[name] || otherwise;
}

export const PROJECT = variable('GCLOUD_PROJECT', 'demo-parley');
export const FIRESTORE = variable('FIRESTORE_EMULATOR_HOST', '127.0.0.1:8080');
export const AUTH = variable('FIREBASE_AUTH_EMULATOR_HOST', '127.0.0.1:9099');
export const FUNCTIONS = variable(
  'PARLEY_FUNCTIONS_URL', `http://${variable('FUNCTIONS_EMULATOR_HOST', '127.0.0.1:5001')}`,
);
export const FCM = variable('PARLEY_FCM_URL', 'http://127.0.0.1:9970');
const offset = variable('PARLEY_PORT_OFFSET', '0');
/** Where this stack logs. */
export const LOGS = offset === '0' ? '.parley/logs' : `.parley/logs-${offset}`;
export const REGION = 'us-central1';

/** Whom the campaign is for; as many again by a quarter are seeded and do not match. */
export const PEOPLE = wholeNumber('DEMO_PEOPLE', 1000);
export const GROUP_SIZE = 20;

/** In every uid, token and id of this run, so that a second run on the same stack meets no first. */
export const RUN = `r${Date.now().toString(36)}${Math.random().toString(36).slice(2, 5)}`;

/**
 * @param {string} name
 * @param {number} otherwise
 */
function wholeNumber(name, otherwise) {
  const text = process.env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${name} must be a whole number from 1 on, not ${JSON.stringify(text)}`);
  }
  return value;
}
