import { expect, test } from 'vitest';
import { serviceOfCase } from '../../src/session/addressed.js';

test.each([
  ['/inbox/ann%3Aservice%3Aacme', 'acme'],
  ['/inbox/ann:service:acme', 'acme'],
  ['/inbox/ann%3Aservice%3Aa%20b', 'a b'],
])('%s leads to the service %s', (path, service) => {
  expect(serviceOfCase(path)).toBe(service);
});

test.each([
  '/inbox',
  '/inbox/',
  '/',
  '/people/ann',
  '/inbox/ann:ben',
  '/people/ann:service:acme',
  '/inbox/ann%3Aservice%3',
])('%s leads to no service', (path) => {
  expect(serviceOfCase(path)).toBeUndefined();
});
