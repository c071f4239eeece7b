// @vitest-environment happy-dom
/** Choosing people, as somebody types what they know of them. */
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ServiceUser } from 'parley-client';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { PersonPicker } from '../../src/people/PersonPicker.js';
import { loadTexts } from '../../src/people/texts.js';
import { type Session, SessionProvider } from '../../src/session/session.js';
import { show } from './onScreen.js';

const ANN = { uid: 'u1', displayName: 'Ann Lee', phone: '+4915112345678', email: 'lee@a.example' } as ServiceUser;
const BEN = { uid: 'u2', displayName: 'Ben' } as ServiceUser;
const ASKED: Record<string, ServiceUser[]> = { [ANN.phone ?? '']: [ANN], 'lee@': [ANN], Ben: [BEN] };

let chosen: string[] = [];

function Edited() {
  const [uids, setUids] = useState<string[]>([]);
  chosen = uids;
  const dashboard = { findPeople: async (text: string) => ASKED[text] ?? [] };
  const [session] = useState({ dashboard } as unknown as Session);
  return (
    <SessionProvider value={session}>
      <PersonPicker label="People" uids={uids} max={3} onChange={setUids} />
    </SessionProvider>
  );
}

afterEach(cleanup);

describe('a person', () => {
  it.each([ANN.phone ?? '', 'lee@'])('found by %s can be chosen', async (known) => {
    const user = userEvent.setup();
    show(<Edited />, loadTexts);
    await user.type(await screen.findByLabelText('People', { selector: 'input' }), known);
    await user.click(await screen.findByText('Ann Lee (u1)'));
    expect(chosen).toEqual(['u1']);
  });

  it('who was found before is not among those found now', async () => {
    const user = userEvent.setup();
    show(<Edited />, loadTexts);
    const field = await screen.findByLabelText('People', { selector: 'input' });
    await user.type(field, 'lee@');
    await screen.findByText('Ann Lee (u1)');
    await user.clear(field);
    await user.type(field, 'Ben');
    await screen.findByText('Ben (u2)');
    expect(screen.queryByText('Ann Lee (u1)')).toBeNull();
  });
});
