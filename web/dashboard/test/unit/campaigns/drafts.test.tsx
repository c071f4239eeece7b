// @vitest-environment happy-dom
/** The drafts above the list of campaigns. */
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { open } from './onPage.js';
import { Studio } from './studio.js';

afterEach(cleanup);

it('a draft opens at the step where it was left', async () => {
  const page = open('/campaigns', new Studio({ perMinute: 600 }));
  await userEvent.setup().click(await screen.findByRole('link', { name: 'Spring' }));
  expect(await screen.findByLabelText('People a minute')).toHaveProperty('value', '600');
  expect(page.address()).toBe('/campaigns/new?draft=d1&step=time');
});

it('a draft is deleted only after a question', async () => {
  const studio = new Studio();
  open('/campaigns', studio);
  const user = userEvent.setup();
  const remove = await screen.findByRole('button', { name: 'Delete the draft “Spring”' });
  await user.click(remove);
  await user.click(await screen.findByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect((await studio.drafts.first()).size).toBe(1);
  await user.click(remove);
  await user.click(await screen.findByRole('button', { name: 'Delete the draft' }));
  await waitFor(() => expect(screen.queryByText('Spring')).toBeNull());
  expect((await studio.drafts.first()).size).toBe(0);
});
