#!/usr/bin/env bash
# @tanstack/react-router 1.170.46 (npm)
#
# The router reads each value of a query as JSON first. Links that it builds itself have quotes around
# a text that looks like a number; links from an email, a QR code or another program do not. There a
# customer number, a phone number or an id of digits arrives as a number, rounded beyond 2^53, and
# `validateSearch` sees no more of the text. An id such as 12e45 becomes a number as well. A leading
# zero keeps the text, so what an app does depends on the id.
#
# Seen:
#   ?with=12345678901234567890    12345678901234567000, a number
#   ?with=12e45                   1.2e+46, a number
#   ?phone=%2B49301234567         '+49301234567', the text
#   ?phone=+49301234567           49301234567, a number
#   ?with=007                     '007', the text
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > package.json <<'JSON'
{ "private": true, "type": "module",
  "dependencies": { "@tanstack/react-router": "1.170.46", "react": "19.3.1", "react-dom": "19.3.1" } }
JSON
npm install --silent --no-audit --no-fund
cat > look.js <<'JS'
import { strict as assert } from 'node:assert';
import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';

const seen = {
  '?with=12345678901234567890': { with: 12345678901234567000 },
  '?with=12e45': { with: 1.2e46 },
  '?phone=%2B49301234567': { phone: '+49301234567' },
  '?phone=+49301234567': { phone: 49301234567 },
  '?with=007': { with: '007' },
};
for (const [query, expected] of Object.entries(seen)) {
  const found = { ...defaultParseSearch(query) };
  console.log(query, 'gives', found);
  assert.deepEqual(found, expected, 'changed');
}
const own = defaultStringifySearch({ with: '12345' });
console.log('its own link:', own);
assert.equal(own, '?with=%2212345%22', 'changed');
JS
node look.js
