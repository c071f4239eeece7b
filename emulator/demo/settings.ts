/** Where the stack is and how large the demo is, from the environment. */

/** Read a variable; `fallback` is its value on a stack without a port offset. */
function variable(name: string, fallback: string): string {
  return process.env[name] || fallback;
}

export const PROJECT = variable('GCLOUD_PROJECT', 'demo-parley');
export const FIRESTORE = variable('FIRESTORE_EMULATOR_HOST', '127.0.0.1:8080');
export const AUTH = variable('FIREBASE_AUTH_EMULATOR_HOST', '127.0.0.1:9099');
export const FUNCTIONS = variable(
  'PARLEY_FUNCTIONS_URL',
  `http://${variable('FUNCTIONS_EMULATOR_HOST', '127.0.0.1:5001')}`,
);
export const FCM = variable('PARLEY_FCM_URL', 'http://127.0.0.1:9970');
export const TWILIO = variable('PARLEY_TWILIO_URL', 'http://127.0.0.1:9971');
const offset = variable('PARLEY_PORT_OFFSET', '0');
/** The side of the stand-in for SMTP that shows the mails. */
export const MAILS = `http://127.0.0.1:${9973 + Number(offset)}`;
/** The folder of the stack's logs. */
export const LOGS = offset === '0' ? '.parley/logs' : `.parley/logs-${offset}`;
export const REGION = 'us-central1';

/** The size of the campaign's audience. A quarter as many people are seeded who do not match. */
export const PEOPLE = wholeNumber('DEMO_PEOPLE', 1000);
export const GROUP_SIZE = 20;

/** Part of every uid, token and id of this run, so that runs on one stack do not meet. */
export const RUN = `r${Date.now().toString(36)}${Math.random().toString(36).slice(2, 5)}`;

function wholeNumber(name: string, fallback: number): number {
  const text = process.env[name];
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${name} must be a whole number from 1 on, not ${JSON.stringify(text)}`);
  }
  return value;
}
