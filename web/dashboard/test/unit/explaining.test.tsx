// @vitest-environment happy-dom
/** What staff read when they ask why somebody did not get a campaign. */
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Explaining } from '../../src/campaigns/ExplainDrawer.js';
import { loadTexts } from '../../src/campaigns/texts.js';
import { show } from './onScreen.js';

afterEach(cleanup);

it('reads the state in words, each check with its outcome, and the attempts', async () => {
  show(
    <Explaining
      explained={{
        inAudience: true,
        state: 'failed',
        reason: 'providerError:30003',
        attempts: [{ at: '2026-12-01T09:00:00Z', channel: 'sms', result: 'answerLost', providerId: 'SM1' }],
        checks: [
          { check: 'consent.sms', ok: true, detail: 'SMS marketing is allowed' },
          { check: 'phone.sms', ok: false, detail: 'the number is invalid' },
        ],
        text: 'Ann (ann) is in the audience.',
      }}
    />,
    loadTexts,
  );
  expect(await screen.findByText('Failed: providerError:30003')).toBeTruthy();
  expect(screen.getByLabelText('passes').closest('li')?.textContent).toBe('SMS marketing is allowed');
  expect(screen.getByLabelText('does not pass').closest('li')?.textContent).toBe('the number is invalid');
  expect(screen.getByRole('table', { name: 'Attempts' }).textContent).toContain("the provider's answer was lost SM1");
});
