import { expect, test } from 'vitest';
import { campaignAddress, serviceOf } from '../../src/session/addressed.js';

function addressed(address: string): string | undefined {
  return serviceOf(new URL(address, 'https://dashboard.example') as unknown as Location);
}

test.each([
  ['/inbox/ann%3Aservice%3Aacme', 'acme'],
  ['/inbox/ann:service:acme', 'acme'],
  ['/inbox/ann%3Aservice%3Aa%20b', 'a b'],
  ['/campaigns/c1?service=acme', 'acme'],
  [campaignAddress('c/1', 'a b'), 'a b'],
])('%s leads to the service %s', (address, service) => {
  expect(addressed(address)).toBe(service);
});

test.each([
  '/inbox',
  '/inbox/',
  '/',
  '/people/ann',
  '/inbox/ann:ben',
  '/people/ann:service:acme',
  '/inbox/ann%3Aservice%3',
  '/campaigns/c1?service=',
  '/campaigns/c1?service=a/b',
  '/campaigns/c1?service=a:b',
])('%s leads to no service', (address) => {
  expect(addressed(address)).toBeUndefined();
});
