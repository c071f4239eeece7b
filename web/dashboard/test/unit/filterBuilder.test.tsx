// @vitest-environment happy-dom
/** The filter builder, by its names for those who cannot see it. */
import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { FilterBuilder } from '../../src/campaigns/FilterBuilder.js';
import { emptyQuery, filterOf, type Query, queryOf } from '../../src/campaigns/filters.js';
import { loadTexts } from '../../src/campaigns/texts.js';
import { show } from './onScreen.js';

let query: Query = emptyQuery;

function Edited({ first }: { first: Query }) {
  const [edited, setEdited] = useState(first);
  query = edited;
  return (
    <FilterBuilder
      query={edited}
      onChange={setEdited}
      attributes={{ 'attributes.plan': 'text', 'attributes.age': 'number' }}
    />
  );
}

const field = () => screen.getByLabelText<HTMLInputElement>('Field', { selector: 'input' });

afterEach(cleanup);

describe('the filter builder', () => {
  it('begins a condition on a known attribute, and takes its value as typed', async () => {
    const user = userEvent.setup();
    show(<Edited first={emptyQuery} />, loadTexts);
    await user.click(await screen.findByRole('button', { name: 'Add a condition' }));
    expect(field().value).toBe('attributes.plan');
    await user.type(screen.getByLabelText('Value'), 'pro');
    expect(filterOf(query)).toEqual({ field: 'attributes.plan', op: '==', value: 'pro' });
  });

  it('offers for a field the comparisons that make sense, and keeps the value when one is chosen', async () => {
    const user = userEvent.setup();
    show(<Edited first={queryOf({ field: 'attributes.age', op: '==', value: 18 })} />, loadTexts);
    await user.selectOptions(await screen.findByLabelText('Comparison'), 'is at least');
    expect(filterOf(query)).toEqual({ field: 'attributes.age', op: '>=', value: 18 });
    await user.clear(field());
    await user.type(field(), 'tags');
    const offered = within(screen.getByLabelText('Comparison')).getAllByRole('option');
    expect(offered.map(({ textContent }) => textContent)).toEqual(['contains', 'contains one of', 'is there']);
  });

  it('negates and removes', async () => {
    const user = userEvent.setup();
    const first = queryOf({
      or: [
        { field: 'attributes.plan', op: '==', value: 'pro' },
        { field: 'attributes.age', op: '<', value: 18 },
      ],
    });
    show(<Edited first={first} />, loadTexts);
    await user.click(await screen.findByRole('checkbox', { name: 'not' }));
    const [remove] = screen.getAllByRole('button', { name: 'Remove this part' });
    if (remove) await user.click(remove);
    expect(filterOf(query)).toEqual({ not: { field: 'attributes.age', op: '<', value: 18 } });
  });
});
