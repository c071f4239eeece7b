import { afterEach, expect, it, vi } from 'vitest';
import { ownZone } from '../../src/ownZone.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each(['Europe/Berlin', 'America/Argentina/Ushuaia'])('is %s, as the machine is set', (zone) => {
  vi.stubEnv('TZ', zone);
  expect(ownZone()).toBe(zone);
});

it.each(['Nowhere/Land', 'Factory', 'GMT+3'])('is none on a machine set to %s', (zone) => {
  vi.stubEnv('TZ', zone);
  expect(ownZone()).toBeUndefined();
});
