/** A campaign while it is composed: what is missing, and the job that it makes. */
import type { CampaignJob, CampaignStatus } from 'parley-client';
import { describe, expect, it } from 'vitest';
import {
  type Draft,
  draftForUnreached,
  jobOf,
  newDraft,
  previewedJob,
  problemsOf,
  readDraft,
} from '../../src/campaigns/job.js';

const ready: Draft = { ...newDraft, name: ' Spring ', body: 'Hello' };
const STATUS = { name: 'Spring', kind: 'oneWay' } as CampaignStatus;
const NOW = new Date('2026-12-01T12:00:00');
const missing = (draft: Draft): string[] => problemsOf(draft, NOW).map(({ step, text }) => `${step}: ${text}`);

describe('what is missing', () => {
  it('of a new campaign is its name and its text', () => {
    expect(missing(newDraft)).toEqual(['kind: noName', 'message: noBody']);
    expect(missing(ready)).toEqual([]);
  });

  it.each<[Partial<Draft>, string]>([
    [{ name: 'x'.repeat(101) }, 'kind: longName'],
    [{ kind: 'group' }, 'kind: noGroupTitle'],
    [{ body: 'x'.repeat(10_001) }, 'message: longBody'],
    [{ audience: { ...newDraft.audience, by: 'where' } }, 'audience: filterUnfinished'],
    [{ audience: { ...newDraft.audience, by: 'listId' } }, 'audience: noList'],
    [{ audience: { ...newDraft.audience, by: 'userIds', userIds: ' , ' } }, 'audience: noPeople'],
    [{ audience: { ...newDraft.audience, by: 'userIds', userIds: 'ann a:b' } }, 'audience: wrongPeople'],
    [
      {
        audience: {
          ...newDraft.audience,
          by: 'userIds',
          userIds: Array.from({ length: 10_001 }, (_, at) => `u${at}`).join('\n'),
        },
      },
      'audience: tooManyPeople',
    ],
    [{ expireAt: '2026-12-01T11:00' }, 'time: expiredAlready'],
    [{ startAt: '2026-12-02T10:00', expireAt: '2026-12-02T09:00' }, 'time: expiresTooEarly'],
    [{ window: { isOn: true, from: '09:00', to: '09:00', timeZone: 'recipient' } }, 'time: noHours'],
  ])('%# is named with its step', (changes, problem) => {
    expect(missing({ ...ready, ...changes })).toEqual([problem]);
  });
});

describe('the job', () => {
  it('of a plain campaign has nothing that was not asked for', () => {
    expect(jobOf(ready)).toEqual({
      name: 'Spring',
      kind: 'individual',
      channels: ['chat'],
      purpose: 'marketing',
      audience: { all: true },
      message: { body: 'Hello' },
    });
  });

  it('has times, hours, pace and the second channel', () => {
    const draft: Draft = {
      ...ready,
      kind: 'oneWay',
      channels: ['chat', 'sms'],
      title: 'News',
      startAt: '2026-12-02T10:00',
      expireAt: '2026-12-03T10:00',
      window: { isOn: true, from: '09:00', to: '20:00', timeZone: 'Europe/Berlin' },
      perMinute: 600,
      fallbackMinutes: 30,
    };
    expect(jobOf(draft)).toMatchObject({
      channels: ['chat', 'sms'],
      message: { body: 'Hello', title: 'News' },
      schedule: {
        startAt: new Date('2026-12-02T10:00'),
        expireAt: new Date('2026-12-03T10:00'),
        window: { from: '09:00', to: '20:00', timeZone: 'Europe/Berlin' },
      },
      throttle: { perMinute: 600 },
      fallback: { afterMinutes: 30 },
    });
  });

  it('leaves out what its kind and channels do not take', () => {
    const attachments = [{ path: 'f1', contentType: 'image/png', size: 1, name: 'Map.png' }];
    const sms = jobOf({ ...ready, kind: 'oneWay', channels: ['sms'], title: 'News', attachments, fallbackMinutes: 30 });
    expect(sms.message).toEqual({ body: 'Hello' });
    expect(sms).not.toHaveProperty('fallback');
    const chat = { title: ' Walk ', topic: '', uniqueName: 'walk' };
    expect(jobOf({ ...ready, chat })).not.toHaveProperty('chat');
    expect(jobOf({ ...ready, kind: 'group', chat }).chat).toEqual({ title: 'Walk', uniqueName: 'walk' });
  });

  it('can be previewed before it has a name and a text', () => {
    expect(previewedJob(newDraft)).toMatchObject({ name: '-', message: { body: '-' }, audience: { all: true } });
    expect(previewedJob({ ...newDraft, kind: 'group' })).toMatchObject({ chat: { title: '-' } });
  });
});

describe('a stored draft', () => {
  it('of an older page gets what is new', () => {
    const { fallbackMinutes, ...older } = ready;
    expect(readDraft({ ...older, window: { ...ready.window, isOn: true } })).toEqual({
      ...ready,
      fallbackMinutes: '',
      window: { ...ready.window, isOn: true },
    });
    expect(fallbackMinutes).toBe('');
  });

  it('for those not reached repeats the campaign, for these people alone', () => {
    const job = { channels: ['sms'], purpose: 'transactional', message: { body: 'Hi' } } as CampaignJob;
    const draft = draftForUnreached(STATUS, { userIds: ['ann', 'bob'] }, job);
    expect(jobOf(draft)).toEqual({
      name: 'Spring',
      kind: 'oneWay',
      channels: ['sms'],
      purpose: 'transactional',
      audience: { userIds: ['ann', 'bob'] },
      message: { body: 'Hi' },
    });
  });

  it('for those not reached keeps files, hours, pace and the second channel, and no times that are past', () => {
    const file = { path: 'campaigns/acme/sam/f1', contentType: 'image/png', size: 1, name: 'Map.png' };
    const job = {
      channels: ['chat', 'sms'],
      purpose: 'marketing',
      message: { body: 'Hi', title: 'News', attachments: [file] },
      schedule: { window: { from: '10:00', to: '18:00', timeZone: 'recipient' }, startAt: {}, expireAt: {} },
      throttle: { perMinute: 600 },
      fallback: { afterMinutes: 30 },
    } as unknown as CampaignJob;
    expect(jobOf(draftForUnreached(STATUS, { listId: 'l1' }, job))).toEqual({
      name: 'Spring',
      kind: 'oneWay',
      channels: ['chat', 'sms'],
      purpose: 'marketing',
      audience: { listId: 'l1' },
      message: { body: 'Hi', title: 'News', attachments: [file] },
      schedule: { window: { from: '10:00', to: '18:00', timeZone: 'recipient' } },
      throttle: { perMinute: 600 },
      fallback: { afterMinutes: 30 },
    });
  });

  it('for those not reached by a campaign whose job is gone has their ids alone', () => {
    const draft = draftForUnreached(STATUS, { userIds: ['ann'] }, null);
    expect(draft).toEqual({ ...newDraft, name: 'Spring', kind: 'oneWay', audience: draft.audience });
  });
});
