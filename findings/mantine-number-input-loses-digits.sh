#!/usr/bin/env bash
# @mantine/core 9.7.3 and react 19.3.1 (npm), in happy-dom 21.0.4
#
# `onChange` of NumberInput gives a number, or a text where the number would lose what was typed: at
# a point or a zero at the end of a decimal, while the rest is still to come. A form that keeps
# numbers alone, and takes all else for empty, empties the field in the middle of an amount, and what
# follows becomes another amount. Types cannot tell: a check `typeof value === 'number'` satisfies
# them. `clampBehavior="strict"` refuses what is below `min` key by key, so an amount below one loses
# its leading zeros, whatever the form keeps.
#
# Seen in the field:               12.50      12.05      0.05
#   the form keeps all             12.50      12.05      0.05
#   the form keeps numbers alone   50         empty      empty
#   strict, min 0.01, all kept     12.50      12.05      0.5
#   strict, numbers alone          50         5          0.5
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
const { MantineProvider, NumberInput } = await import('@mantine/core');
const { cleanup, render, screen } = await import('@testing-library/react');
const { userEvent } = await import('@testing-library/user-event');

/** What the field shows after somebody has typed a text into it. */
async function typed(text, keep, props) {
  function Form() {
    const [value, setValue] = useState('');
    const onChange = (given) => setValue(keep(given));
    return createElement(NumberInput, { 'aria-label': 'Amount', value, onChange, ...props });
  }
  render(createElement(MantineProvider, { env: 'test' }, createElement(Form)));
  await userEvent.setup().type(screen.getByLabelText('Amount'), text);
  const shown = screen.getByLabelText('Amount').value;
  cleanup();
  return shown;
}

const all = (given) => given;
const numbers = (given) => (typeof given === 'number' ? given : '');
const strict = { min: 0.01, clampBehavior: 'strict' };
const seen = [
  ['all kept', all, {}, ['12.50', '12.05', '0.05']],
  ['numbers alone', numbers, {}, ['50', '', '']],
  ['strict, all kept', all, strict, ['12.50', '12.05', '0.5']],
  ['strict, numbers alone', numbers, strict, ['50', '5', '0.5']],
];
for (const [name, keep, props, expected] of seen) {
  const shown = [];
  for (const text of ['12.50', '12.05', '0.05']) shown.push(await typed(text, keep, props));
  console.log(name, JSON.stringify(shown));
  assert.deepEqual(shown, expected, 'changed');
}
process.exit(0);
JS
node look.js
