/** Each reason by which a callable refuses, called forth as `docs/reference/client-contract.md` says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Timestamp } from 'firebase/firestore';
import { type FunctionsError, httpsCallable } from 'firebase/functions';
import { afterAll, beforeAll, test } from 'vitest';
import { LIMITS } from '../../../schema/exported/parley.js';
import { openDirect } from '../../javascript/acts.js';
import {
  endWorld,
  fresh,
  functionsOf,
  nobody,
  type Person,
  put,
  serviceWith,
  somebody,
} from '../../javascript/people.js';
import { table } from './page.js';

const past = Timestamp.fromMillis(Date.now() - 3_600_000);
/** Not to be ordered: a file in Storage, somebody else's haste, and a fault of ours. */
const UNPROVOKED = ['unknownFile', 'contended', 'internal'];
const MOST_OPEN_REPORTS = 100;

let ann: Person;
let bob: Person;
let ada: Person;
let serviceId: string;
let town: string;
let pair: string;
let busy: string;
let spring: string;

beforeAll(async () => {
  [ann, bob, ada] = await Promise.all([somebody('Ann'), somebody('Bob'), somebody('Ada')]);
  serviceId = await serviceWith(ada, 'owner');
  [town, busy, spring] = [fresh('town'), fresh('busy'), fresh('spring')];
  const opened = openDirect(ann, bob.uid);
  pair = opened.chatId;
  await opened.done;
  const chat = (owner: string): object => ({
    serviceId: 'default',
    kind: 'group',
    title: 'Town',
    createdBy: owner,
    createdAt: past,
    memberCount: 2,
    messageCount: 2,
    memberIds: [ann.uid, bob.uid],
  });
  const report = {
    serviceId: 'default',
    chatId: busy,
    messageId: 'm',
    message: { senderId: bob.uid, createdAt: past, body: 'x' },
    senderId: bob.uid,
    reporterId: ann.uid,
    reason: 'spam',
    state: 'open',
    createdAt: past,
  };
  await put({
    [`chats/${town}`]: chat(ann.uid),
    [`chats/${town}/members/${ann.uid}`]: { role: 'owner', joinedAt: past },
    [`chats/${town}/members/${bob.uid}`]: { role: 'member', joinedAt: past },
    [`chatMessages/${town}/messages/hers`]: { senderId: ann.uid, body: 'Hello', createdAt: past },
    [`chatMessages/${town}/messages/his`]: { senderId: bob.uid, body: 'Hello', createdAt: past },
    [`chatMessages/${town}/messages/ours`]: { senderId: 'system', event: 'created', by: ann.uid, createdAt: past },
    [`campaignQueue/${spring}`]: {
      serviceId,
      createdBy: ada.uid,
      createdAt: past,
      name: 'Spring',
      kind: 'individual',
      channels: ['chat'],
      purpose: 'marketing',
      audience: { userIds: [] },
      message: { body: 'Hello' },
      command: 'cancel',
    },
    [`campaignStatus/${spring}`]: {
      serviceId,
      name: 'Spring',
      kind: 'individual',
      state: 'cancelled',
      audienceCount: 0,
      skippedBy: {},
      failedBy: {},
      rate: 0,
      updatedAt: past,
    },
    [`services/${serviceId}/users/quiet`]: {
      uid: 'quiet',
      displayName: 'Quiet',
      attributes: {},
      tags: [],
      consents: { sms: { marketing: { granted: false, at: past, source: 'stop', took: true } } },
      createdAt: past,
    },
    [`userBlocks/${bob.uid}/blocked/${ada.uid}`]: { createdAt: past },
    ...Object.fromEntries(Array.from({ length: MOST_OPEN_REPORTS }, (_, n) => [`reports/${busy}-${n}`, report])),
  });
  await call(ann, 'openCaseChat', { serviceId });
});
afterAll(endWorld);

const call = ({ functions }: Pick<Person, 'functions'>, name: string, data: object): Promise<unknown> =>
  httpsCallable(functions, name)(data);

const provoked: Record<string, () => Promise<unknown>> = {
  unauthenticated: () => call({ functions: functionsOf(nobody.app) }, 'openDirectChat', { userId: bob.uid }),
  invalidArgument: () => call(ann, 'openDirectChat', { userId: 7 }),
  selfChat: () => call(ann, 'openDirectChat', { userId: ann.uid }),
  blocked: () => call(ada, 'openDirectChat', { userId: bob.uid }),
  notStaff: () => call(ann, 'updateCase', { chatId: `${ann.uid}:service:${serviceId}`, state: 'closed' }),
  unknownService: () => call(ann, 'openCaseChat', { serviceId: fresh('nowhere') }),
  unknownUser: () => call(ada, 'updateServiceUser', { serviceId, userId: 'nobody', tags: ['vip'] }),
  uniqueNameTaken: async () => {
    const uniqueName = fresh('name');
    const asked = { title: 'Town', userIds: [bob.uid], uniqueName };
    const { data } = await httpsCallable<object, { chatId: string }>(ann.functions, 'createGroupChat')(asked);
    await call(ann, 'leaveChat', { chatId: data.chatId });
    await call(ann, 'createGroupChat', asked);
  },
  tooMany: async () => {
    const eager = await somebody('Eager');
    // Each is refused for itself, and counts all the same.
    for (let calls = 0; calls < LIMITS.CALLS_PER_MINUTE; calls += 1) {
      await assert.rejects(call(eager, 'openDirectChat', { userId: eager.uid }));
    }
    await call(eager, 'openDirectChat', { userId: eager.uid });
  },
  unknownChat: () => call(ada, 'updateCase', { chatId: `${fresh('nobody')}:service:${serviceId}`, state: 'closed' }),
  wrongKind: () => call(ann, 'addMembers', { chatId: pair, userIds: [ada.uid] }),
  notAMember: () => call(ada, 'updateChat', { chatId: town, title: 'Mine' }),
  notAllowed: () => call(bob, 'updateChat', { chatId: town, title: 'Mine' }),
  lastOwner: () => call(ann, 'setRole', { chatId: town, userId: ann.uid, role: 'member' }),
  notSnoozed: () =>
    call(ada, 'updateCase', {
      chatId: `${ann.uid}:service:${serviceId}`,
      snoozedUntil: '2999-01-01T00:00:00.000Z',
    }),
  alreadyAssigned: () =>
    call(ada, 'updateCase', {
      chatId: `${ann.uid}:service:${serviceId}`,
      assigneeId: ada.uid,
      expectedAssigneeId: 'somebody',
    }),
  unknownJob: () => call(ada, 'undoBulkJob', { serviceId, jobId: 'nothing' }),
  pastTime: () =>
    call(ada, 'updateCase', {
      chatId: `${ann.uid}:service:${serviceId}`,
      state: 'snoozed',
      snoozedUntil: '2001-01-01T00:00:00.000Z',
    }),
  unknownMessage: () => call(bob, 'reportMessage', { chatId: town, messageId: 'nothing', reason: 'spam' }),
  ownMessage: () => call(bob, 'reportMessage', { chatId: town, messageId: 'his', reason: 'spam' }),
  systemMessage: () => call(bob, 'reportMessage', { chatId: town, messageId: 'ours', reason: 'spam' }),
  tooManyReports: () => call(ann, 'reportMessage', { chatId: town, messageId: 'his', reason: 'spam' }),
  unknownCampaign: () => call(ada, 'explainRecipient', { campaignId: 'nothing', userId: ann.uid }),
  wrongState: () => call(ada, 'retryFailed', { campaignId: spring }),
  unknownReport: () => call(ada, 'resolveReport', { reportId: '0'.repeat(32), resolution: 'upheld' }),
  unknownList: () => call(ada, 'importPeople', { serviceId, csv: 'uid', listId: 'nothing' }),
  optedOut: () =>
    call(ada, 'updateConsent', { serviceId, userId: 'quiet', channel: 'sms', purpose: 'marketing', granted: true }),
  banned: async () => {
    const troll = await somebody('Troll');
    await put({ [`bans/${troll.uid}`]: { reason: 'threats', by: ada.uid, at: past } });
    await call(troll, 'openDirectChat', { userId: bob.uid });
  },
  unreadableFile: () => call(ada, 'importPeople', { serviceId, csv: 'phone' }),
};

const rows = table('Why a callable refuses').map((cells) => cells.map((cell) => cell.replaceAll('`', '')));

test('the page names the reasons of the closed list, and each is called forth here', () => {
  const schema = JSON.parse(readFileSync('schema/exported/parley.schema.json', 'utf8')) as {
    $defs: { CallableReason: { enum: string[] } };
  };
  const named = rows.map(([reason]) => reason);
  assert.deepEqual(named.sort(), schema.$defs.CallableReason.enum.sort());
  assert.deepEqual([...Object.keys(provoked), ...UNPROVOKED].sort(), named);
});

for (const [reason, provoke] of Object.entries(provoked)) {
  test(`${reason} is told with its code`, async () => {
    const code = rows.find(([name]) => name === reason)?.[1];
    await assert.rejects(provoke(), (error: FunctionsError) => {
      assert.deepEqual([error.code, (error.details as { reason: string }).reason], [`functions/${code}`, reason]);
      return true;
    });
  });
}
