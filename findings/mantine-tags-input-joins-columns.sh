#!/usr/bin/env bash
# @mantine/core 9.7.3 and react 19.3.1 (npm), in happy-dom 21.0.4
#
# TagsInput is often the field for a list of values: ids, codes, cities. Two values that differ in
# case are one to it, and the second disappears. A comma ends a value wherever it stands. A column
# copied from a spreadsheet becomes one value with line breaks in it, since pasted text is divided at
# commas alone. More than `maxTags` are cut off when they are pasted, and `onMaxTags`, which hears of
# the typed one that is too much, is not called.
#
# Seen:
#   typed ab, AB, each with Enter      ['ab']
#   typed Ulm, DE with Enter           ['Ulm', 'DE']
#   pasted three lines                 ['u1\nu2\nu3']
#   pasted a,b,c with maxTags 2        ['a', 'b'], onMaxTags called 0 times
#   typed a, b, c with maxTags 2       ['a', 'b'], onMaxTags called once
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > package.json <<'JSON'
{ "private": true, "type": "module", "dependencies": {
  "@mantine/core": "9.7.3", "@mantine/hooks": "9.7.3", "react": "19.3.1", "react-dom": "19.3.1",
  "@testing-library/dom": "10.4.2", "@testing-library/react": "16.3.3",
  "@testing-library/user-event": "14.6.13", "@happy-dom/global-registrator": "21.0.4" } }
JSON
npm install --silent --no-audit --no-fund
cat > look.js <<'JS'
import { strict as assert } from 'node:assert';
import { GlobalRegistrator } from '@happy-dom/global-registrator';

GlobalRegistrator.register();
globalThis.IS_REACT_ACT_ENVIRONMENT = true;
const { createElement, useState } = await import('react');
const { MantineProvider, TagsInput } = await import('@mantine/core');
const { cleanup, render, screen } = await import('@testing-library/react');
const { userEvent } = await import('@testing-library/user-event');

/** The values after an act, and how often the field said that there are too many. */
async function after(act, props = {}) {
  let [values, warnings] = [[], 0];
  function Form() {
    const [value, onChange] = useState([]);
    values = value;
    const onMaxTags = () => { warnings += 1; };
    return createElement(TagsInput, { 'aria-label': 'Values', value, onChange, onMaxTags, ...props });
  }
  render(createElement(MantineProvider, { env: 'test' }, createElement(Form)));
  const user = userEvent.setup();
  await user.click(screen.getByLabelText('Values', { selector: 'input' }));
  await act(user);
  cleanup();
  return [values, warnings];
}

const type = (text) => (user) => user.keyboard(text);
const paste = (text) => (user) => user.paste(text);
const two = { maxTags: 2 };
const seen = [
  ['typed ab, AB', type('ab{Enter}AB{Enter}'), {}, [['ab'], 0]],
  ['typed Ulm, DE', type('Ulm, DE{Enter}'), {}, [['Ulm', 'DE'], 0]],
  ['pasted three lines', paste('u1\nu2\nu3'), {}, [['u1\nu2\nu3'], 0]],
  ['pasted too many', paste('a,b,c'), two, [['a', 'b'], 0]],
  ['typed too many', type('a{Enter}b{Enter}c{Enter}'), two, [['a', 'b'], 1]],
];
for (const [name, act, props, expected] of seen) {
  const found = await after(act, props);
  console.log(name, JSON.stringify(found));
  assert.deepEqual(found, expected, 'changed');
}
process.exit(0);
JS
node look.js
