/** A person's attributes and consents as staff edit them. */
import { describe, expect, it } from 'vitest';
import { attributesOf, linesOf, problemsOf } from '../../src/people/attributes.js';
import { consentOf } from '../../src/people/consent.js';

describe('attributes', () => {
  it('come back the same when nothing is changed', () => {
    const attributes = {
      plan: 'pro',
      age: 3.5,
      vip: false,
      home: { city: 'Ulm' },
      sizes: [1, 2],
      none: null,
      code: '007',
    };
    expect(attributesOf(linesOf(attributes))).toEqual(attributes);
    expect(linesOf(undefined)).toEqual([]);
  });

  it('are refused with a place and a reason', () => {
    const wrong = problemsOf([
      { name: '', type: 'text', text: 'x' },
      { name: 'a', type: 'number', text: 'ten' },
      { name: 'a', type: 'text', text: '' },
      { name: 'b.c', type: 'text', text: '' },
      { name: 'd', type: 'json', text: '{' },
      { name: 'e', type: 'json', text: '{}' },
      ...linesOf({ card: Number('6304123456789012345') }),
      { name: 'f', type: 'number', text: '9007199254740991' },
    ]);
    expect([...wrong]).toEqual([
      [0, 'noName'],
      [1, 'number'],
      [2, 'twice'],
      [3, 'dot'],
      [4, 'json'],
      [6, 'digits'],
    ]);
  });
});

describe('consent', () => {
  it('without an entry is given for what is needed, and for marketing by chat and push', () => {
    const granted = (channel: 'chat' | 'push' | 'sms' | 'email') =>
      [consentOf({}, channel, 'marketing'), consentOf({}, channel, 'transactional')].map((each) => each.granted);
    expect([granted('chat'), granted('push'), granted('sms'), granted('email')]).toEqual([
      [true, true],
      [true, true],
      [false, true],
      [false, true],
    ]);
  });

  it('with an entry is what was said', () => {
    const at = {} as never;
    const person = { consents: { chat: { marketing: { granted: false, at, source: 'app' } } } };
    expect(consentOf(person, 'chat', 'marketing')).toEqual({ granted: false, isDefault: false });
  });
});
