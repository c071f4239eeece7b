import { describe, expect, it } from 'vitest';
import { partsOf } from '../../src/chat/parts.js';

const link = (text: string) => ({ kind: 'link', text });
const text = (said: string) => ({ kind: 'text', text: said });

describe('the parts of a message', () => {
  it('are an address and the sentence around it, which keeps its full stop', () => {
    expect(partsOf('See https://a.example/x?y=1. Bye', [])).toEqual([
      text('See '),
      link('https://a.example/x?y=1'),
      text('. Bye'),
    ]);
  });

  it('hold no address of another scheme', () => {
    expect(partsOf('javascript:alert(1) data:text/html,x', [])).toEqual([text('javascript:alert(1) data:text/html,x')]);
  });

  it('are the mentions of those who are mentioned, the longest name first', () => {
    expect(partsOf('@Ann Lee and @Ann and @Bob', ['Ann', 'Ann Lee'])).toEqual([
      { kind: 'mention', text: '@Ann Lee' },
      text(' and '),
      { kind: 'mention', text: '@Ann' },
      text(' and @Bob'),
    ]);
  });

  it('show each place of what is searched for, in its own case and outside of addresses', () => {
    expect(partsOf('Nine, NINE (9+) https://nine.example', [], 'nine')).toEqual([
      { kind: 'match', text: 'Nine' },
      text(', '),
      { kind: 'match', text: 'NINE' },
      text(' (9+) '),
      link('https://nine.example'),
    ]);
    expect(partsOf('1 (9+) 2', [], '(9+)')).toContainEqual({ kind: 'match', text: '(9+)' });
  });

  it('add up to the text', () => {
    const body = 'a @Ann https://x.example, b @Ann';
    expect(
      partsOf(body, ['Ann'], 'b')
        .map((part) => part.text)
        .join(''),
    ).toBe(body);
  });
});
