// @vitest-environment happy-dom
/** A field for several texts, typed one by one or pasted. */
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import { type UserEvent, userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TextsInput } from '../../src/TextsInput.js';

// A deadline only ends what hangs: a busy machine is ten times slower.
vi.setConfig({ testTimeout: 60_000 });

let texts: string[] = [];

function Edited({ hasWords = false }: { hasWords?: boolean }) {
  const [edited, setEdited] = useState<string[]>([]);
  texts = edited;
  return <TextsInput aria-label="Texts" hasWords={hasWords} value={edited} onChange={setEdited} />;
}

async function begin(hasWords = false): Promise<UserEvent> {
  render(
    <MantineProvider env="test">
      <Edited hasWords={hasWords} />
    </MantineProvider>,
  );
  const user = userEvent.setup();
  await user.click(screen.getByLabelText('Texts', { selector: 'input' }));
  return user;
}

afterEach(cleanup);

describe('several texts', () => {
  it('differ in case, and each is there once', async () => {
    const user = await begin();
    await user.keyboard('pro{Enter}Pro{Enter}pro{Enter}');
    expect(texts).toEqual(['pro', 'Pro']);
  });

  it('may have commas and spaces', async () => {
    const user = await begin();
    await user.keyboard('Washington, DC{Enter}');
    expect(texts).toEqual(['Washington, DC']);
  });

  it('are the cells of a pasted column or row', async () => {
    const user = await begin();
    await user.paste('Ulm\r\nBad Tölz\r\nUlm\r\n\r\n');
    await user.paste('Bonn\tKöln');
    expect(texts).toEqual(['Ulm', 'Bad Tölz', 'Bonn', 'Köln']);
  });

  it('that are words are also divided where spaces and commas stand', async () => {
    const user = await begin(true);
    await user.keyboard('ann ben,');
    await user.paste('cem; dan\neva Ann');
    expect(texts).toEqual(['ann', 'ben', 'cem', 'dan', 'eva', 'Ann']);
  });
});
