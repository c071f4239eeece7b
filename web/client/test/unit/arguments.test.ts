import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Argument, FormsOf } from '../../src/checking.js';
import type { ParleyError } from '../../src/errors.js';
import { text } from '../../src/forms.js';
import { attachmentPath, caseChatId, directChatId, LIMITS, otherOf, Parley, serviceMember } from '../../src/index.js';
import type { Blocks } from '../../src/people.js';
import { call, calls, db, functions } from './nowhere.js';

const x = (length: number): string => 'x'.repeat(length);
const attachment = { path: 'a', contentType: 'image/png', size: 1, name: 'a.png' };
const device = { token: 't', kind: 'fcmToken', platform: 'web' };
const person = { displayName: 'Ann' };
const UID = '1 to 128 characters, no : and no /, none reserved';
const deep = (levels: number): object => (levels === 1 ? {} : { a: deep(levels - 1) });

/** What is wrong, by the call, the field that is named, and the limit. */
const SENDERS = 'a number in E.164, a short code, or a name of up to 11 letters and digits';
const SMS_FIELDS =
  'messagingServiceSid, from, countries, maxPerPersonPerDay, maxPerPrefixPerHour, dailySpendCap, segmentsPerSecond, unknownNumbers';

const wrong: [path: string, given: unknown[], field: string, limit?: number | string][] = [
  ['parley.me.introduce', [{ displayName: x(101) }], 'displayName', 100],
  ['parley.me.introduce', [{ displayName: '' }], 'displayName', 100],
  ['parley.me.introduce', [{}], 'displayName', 100],
  ['parley.me.introduce', [null], 'introduction', 'displayName, photoUrl, phone, email, locale, timeZone, whoMayAddMe'],
  ['parley.me.introduce', [{ ...person, photoUrl: x(2_049) }], 'photoUrl', 2_048],
  ['parley.me.introduce', [{ ...person, photoUrl: x(2_000_000) }], 'photoUrl', 2_048],
  ['parley.me.introduce', [{ ...person, locale: 'english_US' }], 'locale', 'such as en-US'],
  ['parley.me.introduce', [{ ...person, locale: 'e' }], 'locale', 'such as en-US'],
  ['parley.me.introduce', [{ ...person, locale: x(36) }], 'locale', 35],
  ['parley.me.introduce', [{ ...person, timeZone: 'Mars/Olympus' }], 'timeZone', 'such as Europe/Berlin'],
  ['parley.me.introduce', [{ ...person, timeZone: '+01:00' }], 'timeZone', 'such as Europe/Berlin'],
  ['parley.me.introduce', [{ ...person, timeZone: 'europe/berlin' }], 'timeZone', 'such as Europe/Berlin'],
  ['parley.me.introduce', [{ ...person, phone: '0151 123' }], 'phone', 'such as +4915112345678'],
  ['parley.me.introduce', [{ ...person, phone: '+4915112345678901' }], 'phone', 'such as +4915112345678'],
  ['parley.me.introduce', [{ ...person, email: 'ann, bob@example.com' }], 'email'],
  ['parley.me.introduce', [{ ...person, email: `${x(320)}@a` }], 'email', 320],
  [
    'parley.me.introduce',
    [{ ...person, serviceIds: ['acme'] }],
    'serviceIds',
    'displayName, photoUrl, phone, email, locale, timeZone, whoMayAddMe',
  ],
  ['parley.people.profile', ['google:1'], 'uid', UID],
  ['parley.people.watch', ['a/b'], 'uid', UID],
  ['parley.blocks.block', ['google:1'], 'uid', UID],
  ['parley.blocks.unblock', [''], 'uid', UID],
  ['parley.blocks.isBlocked', [5], 'uid', UID],
  ['parley.devices.register', ['a.b', device], 'installationId', '1 to 64 of A-Z, a-z, 0-9, _ and -'],
  ['parley.devices.register', ['phone', { ...device, token: x(4_097) }], 'token', 4_096],
  ['parley.devices.register', ['phone', { ...device, kind: 'apns' }], 'kind', 'fcmToken, fid'],
  ['parley.devices.register', ['phone', { ...device, platform: 'toString' }], 'platform', 'ios, android, web'],
  ['parley.devices.register', ['phone', { ...device, locale: 'en_US' }], 'locale', 'such as en-US'],
  ['parley.devices.unregister', ['a.b'], 'installationId', '1 to 64 of A-Z, a-z, 0-9, _ and -'],
  ['parley.devices.mute', ['a/b'], 'chatId', '1 to 300 characters, no /; the uids in it without :'],
  ['parley.devices.mute', ['google:1:bob'], 'chatId', '1 to 300 characters, no /; the uids in it without :'],
  ['parley.devices.mute', ['g1', new Date(NaN)], 'until', 'the years 1 to 9999'],
  ['parley.devices.mute', ['g1', Date.now()], 'until', 'the years 1 to 9999'],
  ['parley.devices.unmute', [''], 'chatId', '1 to 300 characters, no /; the uids in it without :'],
  ['parley.devices.hearMentions', ['never'], 'when', 'always, unlessMuted'],
  ['parley.open.direct', ['google:1'], 'uid', UID],
  ['parley.open.direct', ['service'], 'uid', UID],
  ['parley.open.case', ['a:b'], 'serviceId', UID],
  ['parley.open.group', [{ title: x(101), userIds: [] }], 'title', 100],
  ['parley.open.group', [{ title: 'x', userIds: ['a:b'] }], 'userIds', UID],
  ['parley.open.group', [{ title: 'x', userIds: Array(451).fill('bob') }], 'userIds', 450],
  ['parley.open.group', [{ title: 'x', userIds: [], topic: x(1_001) }], 'topic', 1_000],
  ['parley.open.group', [{ title: 'x', userIds: [], uniqueName: x(129) }], 'uniqueName', 128],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { a: x(16_384) } }], 'attributes', 16_384],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { [x(1_501)]: 1 } }], 'attributes', 1_400],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { __a__: 1 } }], 'attributes.__a__'],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { a: { '': 1 } } }], 'attributes.a'],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { a: [[1]] } }], 'attributes.a.0'],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { a: 1e20 } }], 'attributes.a'],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { a: NaN } }], 'attributes.a'],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: { a: 5n } }], 'attributes.a'],
  ['parley.open.group', [{ title: 'x', userIds: [], attributes: deep(17) }], `attributes${'.a'.repeat(16)}`, 16],
  ['parley.chats', [{ pageSize: 0 }], 'pageSize', '1 to 10000'],
  ['parley.chats', [{ confirmsDelivery: 'yes' }], 'confirmsDelivery'],
  ['parley.chat', ['google:1:bob'], 'chatId', '1 to 300 characters, no /; the uids in it without :'],
  ['parley.chat', ['ann:bob', { pageSize: 1.5 }], 'pageSize', '1 to 10000'],
  ['parley.received', ['a:b:c:d', 'm'], 'chatId', '1 to 300 characters, no /; the uids in it without :'],
  ['parley.received', ['ann:bob', 'a/b'], 'messageId', '1 to 300 characters, no /'],
  ['parley.dashboard', ['a:b'], 'serviceId', UID],
  ['list.flag', ['ann:bob', { pinned: 1 }], 'pinned'],
  ['list.flag', ['ann:bob', { title: 'Mine' }], 'title', 'pinned, archived, markedUnread'],
  ['chat.flag', [{ archived: null }], 'archived'],
  ['chat.reactions', ['a/b'], 'messageId', '1 to 300 characters, no /'],
  ['chat.members', [{ pageSize: -1 }], 'pageSize', '1 to 10000'],
  ['chat.report', ['m', 'ugly'], 'reason', 'spam, harassment, hate, violence, sexual, selfHarm, fraud, illegal, other'],
  ['chat.report', ['m', 'spam', x(1_001)], 'comment', 1_000],
  ['chat.messages.find', ['..'], 'messageId', '1 to 300 characters, no /'],
  ['chat.posting.send', [{ body: x(10_001) }], 'body', 10_000],
  ['chat.posting.send', [{ body: ' \u00A0\n\u2003' }], 'body', 10_000],
  ['chat.posting.send', [{ attachments: [{ ...attachment, contentType: x(129) }] }], 'attachments.0.contentType', 128],
  ['chat.posting.send', [{ attachments: [attachment, { ...attachment, path: x(513) }] }], 'attachments.1.path', 512],
  ['chat.posting.send', [{ body: 'x', mentions: ['service:acme'] }], 'mentions', UID],
  ['chat.posting.edit', ['m', 5], 'body', 10_000],
  ['chat.posting.edit', ['m', '\t'], 'body', 10_000],
  ['chat.posting.edit', ['a/b', 'x'], 'messageId', '1 to 300 characters, no /'],
  ['chat.posting.remove', [''], 'messageId', '1 to 300 characters, no /'],
  ['chat.posting.react', ['m', 'I know where u..'], 'emoji', '16, no letter and no white space'],
  ['chat.posting.react', ['m', 'ⓐ'], 'emoji', '16, no letter and no white space'],
  ['chat.posting.react', ['m', '👍 '], 'emoji', '16, no letter and no white space'],
  ['chat.posting.react', ['m', 'да'], 'emoji', '16, no letter and no white space'],
  ['chat.posting.react', ['m', '👍'.repeat(9)], 'emoji', 16],
  ['chat.posting.react', ['m', ''], 'emoji', 16],
  ['chat.posting.react', ['m', undefined], 'emoji', 16],
  ['chat.posting.retry', ['a/b'], 'id', '1 to 300 characters, no /'],
  ['chat.receipts.shown', [{ createdAt: 'now' }], 'createdAt'],
  ['chat.receipts.received', ['m'], 'message', 'createdAt'],
  ['chat.membership.add', [[]], 'userIds', 450],
  ['chat.membership.add', [['a:b']], 'userIds', UID],
  ['chat.membership.remove', ['a:b'], 'userId', UID],
  ['chat.membership.setRole', ['bob', 'king'], 'role', 'owner, admin, member'],
  ['chat.membership.update', [{}], 'asked', 'title, topic, attributes, historyFor, slowModeSeconds'],
  ['chat.membership.update', [{ title: '' }], 'title', 100],
  ['dashboard.cases', ['asleep'], 'state', 'open, closed, snoozed'],
  ['dashboard.chat', ['a/b'], 'chatId', '1 to 300 characters, no /; the uids in it without :'],
  ['dashboard.open', ['a:b'], 'userId', UID],
  ['dashboard.snooze', ['ann:service:acme', new Date(NaN)], 'snoozedUntil', 'the years 1 to 9999'],
  ['dashboard.snooze', ['ann:service:acme'], 'snoozedUntil'],
  ['dashboard.assign', ['ann:service:acme', 'a:b'], 'assigneeId', UID],
  ['dashboard.update', ['ann:service:acme', { state: 'open', snoozedUntil: new Date() }], 'snoozedUntil'],
  ['dashboard.update', ['ann:service:acme', undefined], 'asked', 'state, snoozedUntil, assigneeId'],
  ['dashboard.audit', ['ann:service:acme', { pageSize: 'all' }], 'pageSize', '1 to 10000'],
  ['dashboard.resolve', ['r', 'upheld'], 'reportId', '32 hex digits'],
  ['dashboard.resolve', ['0'.repeat(32), 'maybe'], 'resolution', 'upheld, dismissed'],
  ['dashboard.updatePerson', ['bob', { tags: Array(51).fill('t') }], 'tags', 50],
  ['dashboard.updatePerson', ['bob', { tags: [x(101)] }], 'tags', 100],
  [
    'dashboard.updateConsent',
    ['bob', { channel: 'fax', purpose: 'marketing', granted: true }],
    'channel',
    'chat, push, sms, email',
  ],
  ['dashboard.updateConsent', ['a:b', { channel: 'sms', purpose: 'marketing', granted: true }], 'userId', UID],
  ['dashboard.consentHistory', ['a:b'], 'uid', UID],
  ['dashboard.receivedSms', [{ pageSize: 0 }], 'pageSize', '1 to 10000'],
  ['dashboard.receivedSms', [{ state: 'lost' }], 'state', 'optedOut, optedIn, kept, muted'],
  ['dashboard.receivedSms', [{ after: {} }], 'after.at'],
  ['dashboard.changes', [{ by: 'a:b' }], 'by', UID],
  ['dashboard.changes', [{ action: '' }], 'action', 64],
  ['dashboard.changes', [{ after: { at: 'now' } }], 'after.at'],
  [
    'parley.me.answer',
    ['acme', { channel: 'sms', purpose: 'all', granted: true }],
    'purpose',
    'marketing, transactional',
  ],
  ['parley.me.answer', ['acme', { channel: 'sms', purpose: 'marketing', granted: 'yes' }], 'granted'],
  ['dashboard.updateService', [{ webhook: 'http://a' }], 'webhook'],
  ['dashboard.updateService', [{ retentionDays: 0 }], 'retentionDays', '1 to 3650'],
  [
    'dashboard.updateService',
    [{ window: { from: '9:00', to: '20:00', timeZone: 'UTC' } }],
    'window.from',
    'such as 09:00',
  ],
  ['dashboard.updateService', [{ sms: { from: '+0' } }], 'sms.from', SENDERS],
  [
    'dashboard.updateService',
    [{ sms: { messagingServiceSid: 'MG1' } }],
    'sms.messagingServiceSid',
    'MG and 32 hex digits',
  ],
  ['dashboard.updateService', [{ sms: { countries: ['de'] } }], 'sms.countries', 'such as DE'],
  ['dashboard.updateService', [{ sms: { dailySpendCap: 0 } }], 'sms.dailySpendCap', 'above 0, up to 1000000'],
  ['dashboard.updateService', [{ sms: { maxPerPersonPerDay: 1.5 } }], 'sms.maxPerPersonPerDay', '1 to 1000'],
  ['dashboard.updateService', [{ sms: { from: 'ACME', messagingServiceSid: `MG${'0'.repeat(32)}` } }], 'sms'],
  ['dashboard.updateService', [{ sms: { sender: 'ACME' } }], 'sms.sender', SMS_FIELDS],
  ['dashboard.updateService', [{ email: { senders: [] } }], 'email.senders', 20],
  ['dashboard.updateService', [{ frequencyCap: { count: 0, days: 7 } }], 'frequencyCap.count', '1 to 1000'],
  ['dashboard.updateService', [{ budgets: { sms: 0 } }], 'budgets.sms', '1 to 1000000'],
  ['dashboard.updateService', [{ limits: { postsPerSecond: 61 } }], 'limits.postsPerSecond', '1 to 60'],
  ['dashboard.updateService', [{ limits: { slowModeSeconds: -1 } }], 'limits.slowModeSeconds', '0 to 3600'],
  [
    'dashboard.updateService',
    [{ name: null }],
    'asked',
    'name, webhook, window, retentionDays, frequencyCap, budgets, sms, email, push, casePolicy, addPolicy, limits',
  ],
];

for (const [path, given, field, limit] of wrong) {
  const told =
    JSON.stringify(given, (_, value) => (typeof value === 'bigint' ? `${value}n` : (value as unknown))) ?? '';
  test(`${path}(${told.slice(1, -1).slice(0, 60)}) is refused by ${field}, with its value and limit`, async () => {
    await assert.rejects(call(path, ...given), ({ name, reason, code, fields, message }: ParleyError) => {
      assert.deepEqual([name, reason, code], ['ParleyError', 'invalidArgument', 'invalid-argument']);
      assert.deepEqual(
        fields.map((each) => [each.field, each.limit]),
        [[field, limit]],
      );
      assert.ok(fields[0]?.value !== undefined && message.includes(`${field}: `));
      return true;
    });
  });
}

test('every field that is wrong is named at once', async () => {
  await assert.rejects(
    call('parley.me.introduce', { displayName: '', locale: 'en_US', photoUrl: 5 }),
    ({ fields }: ParleyError) => {
      assert.deepEqual(
        fields.map(({ field }) => field),
        ['displayName', 'photoUrl', 'locale'],
      );
      return true;
    },
  );
});

test('of very many wrong ones the first are told in words, and all by name', async () => {
  await assert.rejects(
    call('parley.open.group', { title: 'x', userIds: Array(450).fill('a:b') }),
    ({ fields, message }: ParleyError) => {
      assert.equal(fields.length, 450);
      assert.match(message, /; and 445 more\. Correct/);
      return true;
    },
  );
});

test('what a call takes is in its table, so that none is left without a form', () => {
  const block = { act: 'block somebody', asked: [{ name: 'uid', form: text(1) }] as [Argument] };
  // @ts-expect-error a call is left out
  const incomplete: FormsOf<Blocks> = { block, unblock: block };
  // @ts-expect-error an argument is left out
  const short: FormsOf<Blocks> = { block, unblock: block, isBlocked: { ...block, asked: [] } };
  assert.ok(incomplete && short);
  for (const [owner, [holder, forms]] of Object.entries(calls)) {
    for (const [name, form] of Object.entries(forms)) {
      assert.equal(Object.hasOwn(holder, name), form !== 'byCallable', `${owner}.${name}`);
    }
  }
});

test('a uid that no chat id can hold is refused at the start, by every call that takes one, and by its name', () => {
  for (const uid of ['google:1', 'a/b', '', 'system']) {
    assert.throws(
      () => new Parley({ db, functions, uid }),
      ({ reason, fields, message }: ParleyError) => {
        assert.deepEqual([reason, fields.map((each) => [each.field, each.limit])], ['invalidArgument', [['uid', UID]]]);
        return message.startsWith(`Could not make a Parley: uid: must be a uid, got "${uid}"`);
      },
    );
    for (const make of [
      () => directChatId('ann', uid),
      () => directChatId(uid, 'ann'),
      () => caseChatId(uid, 'acme'),
      () => attachmentPath('g1', uid),
      () => otherOf('ann:bob', uid),
      () => serviceMember(uid),
    ])
      assert.throws(make, { reason: 'invalidArgument' });
  }
});

test('the limits of an app are those of the schema', () => {
  assert.deepEqual([LIMITS.CHAT_BODY, LIMITS.PHOTO_URL, LIMITS.MENTIONS], [10_000, 2_048, 50]);
});
