import type { CannedAnswer } from 'parley-client';
import { describe, expect, it } from 'vitest';
import { askedFor, type Context, fillIn, gapsOf, matching } from '../../../src/inbox/composer/canned.js';
import shared from './sameTexts.json' with { type: 'json' };

const CONTEXT: Context = {
  user: { displayName: 'Ann', attributes: { plan: 'gold' }, tags: ['vip'] },
  service: { name: 'Acme' },
  staff: { displayName: 'Bob' },
};

function answer(shortcut: string, name: string, body: string): CannedAnswer {
  return { shortcut, name, body } as CannedAnswer;
}

describe('a canned answer', () => {
  it('names the person, the service and the staff member', async () => {
    const text = '{{ user.displayName }}, {{ user.attributes.plan }}, {{ service.name }}, {{ staff.displayName }}';
    expect(await fillIn(text, CONTEXT)).toBe('Ann, gold, Acme, Bob');
  });

  it('leaves a gap for each value that is missing, by its name', async () => {
    const text = await fillIn('{{ user.attributes.city }} and {{ user.phone }}, {{ user.attributes.city }}', CONTEXT);
    expect(gapsOf(text)).toEqual(['user.attributes.city', 'user.phone']);
  });

  it('has no gap where it gives a default, nor in a branch that is not taken', async () => {
    const text = "{{ user.attributes.city | default: 'there' }}{% if user.phone %}{{ user.phone }}{% endif %}";
    expect(await fillIn(text, CONTEXT)).toBe('there');
  });

  it('leaves a gap for a person of whom nothing is known', async () => {
    expect(gapsOf(await fillIn('Hi {{ user.displayName }}', { ...CONTEXT, user: {} }))).toEqual(['user.displayName']);
  });

  it('does not change the person', async () => {
    await fillIn('{{ user.attributes.city }}', CONTEXT);
    expect(CONTEXT.user.attributes).toEqual({ plan: 'gold' });
  });

  it('that is no Liquid is refused', async () => {
    await expect(fillIn('{{ user.displayName', CONTEXT)).rejects.toThrow();
    await expect(fillIn('{{ user.displayName | shout }}', CONTEXT)).rejects.toThrow('shout');
  });
});

describe('a canned answer says what the same template says in a campaign', () => {
  // `tests/unit/parley/domain/campaigns/templates/test_same_texts.py` renders them as campaigns do.
  it.each(shared.texts as [string, string][])('%s', async (template, expected) => {
    const text = template.replaceAll('a.', 'user.attributes.');
    expect(await fillIn(text, { ...CONTEXT, user: { attributes: shared.attributes } })).toBe(expected);
  });

  it('divides by nothing that counts as zero', async () => {
    await expect(fillIn("{{ 1 | divided_by: 'x' }}", CONTEXT)).rejects.toThrow('division by zero');
  });
});

describe('a slash', () => {
  it('asks for canned answers at the beginning of a word', () => {
    expect(askedFor('/re', 3)).toEqual({ start: 0, words: 're' });
    expect(askedFor('Hi /', 4)).toEqual({ start: 3, words: '' });
  });

  it('is text inside of a word, and behind the caret', () => {
    expect(askedFor('and/or', 6)).toBeUndefined();
    expect(askedFor('Hi /re', 2)).toBeUndefined();
    expect(askedFor('/re fund', 8)).toBeUndefined();
  });

  it('offers those whose shortcut fits before those whose name or text does', () => {
    const answers = new Map([
      ['1', answer('hello', 'Greeting', 'About a refund')],
      ['2', answer('money', 'Refund', 'Soon')],
      ['3', answer('refund', 'Money back', 'Soon')],
      ['4', answer('bye', 'End', 'Bye')],
    ]);
    expect(matching(answers, 'ref').map(([id]) => id)).toEqual(['3', '2', '1']);
  });
});
