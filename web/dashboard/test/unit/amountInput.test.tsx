// @vitest-environment happy-dom
/** A field for a number, as somebody types into it. */
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { AmountInput } from '../../src/settings/AmountInput.js';
import { loadTexts } from '../../src/settings/texts.js';
import type { Amount } from '../../src/settings/values.js';
import { show } from './onScreen.js';

let amount: Amount = '';

function Edited({ isExact = false, min = 1 }: { isExact?: boolean; min?: number }) {
  const [edited, setEdited] = useState<Amount>('');
  amount = edited;
  return <AmountInput label="Amount" isExact={isExact} min={min} max={1_000} value={edited} onChange={setEdited} />;
}

async function type(text: string): Promise<HTMLInputElement> {
  const user = userEvent.setup();
  const field = await screen.findByLabelText<HTMLInputElement>('Amount');
  await user.type(field, text);
  return field;
}

afterEach(cleanup);

describe('an amount', () => {
  it.each([
    ['12.50', 12.5],
    ['12.05', 12.05],
    ['0.05', 0.05],
    ['10.00', 10],
    ['7,25', 7.25],
  ])('of %s is %d, and stays in the field as it is typed', async (text, expected) => {
    show(<Edited isExact min={0.01} />, loadTexts);
    const field = await type(text);
    expect(field.value).toBe(text.replace(',', '.'));
    expect(amount).toBe(expected);
  });

  it('below the least is the least once the field is left', async () => {
    show(<Edited isExact min={0.01} />, loadTexts);
    const field = await type('0.001');
    await userEvent.tab();
    expect(field.value).toBe('0.01');
    expect(amount).toBe(0.01);
  });

  it('above the most takes no further digit', async () => {
    show(<Edited />, loadTexts);
    expect((await type('1001')).value).toBe('100');
    expect(amount).toBe(100);
  });

  it('that is deleted is none', async () => {
    show(<Edited />, loadTexts);
    const field = await type('5{Backspace}');
    expect(field.value).toBe('');
    expect(amount).toBe('');
  });
});
