#!/usr/bin/env bash
# liquidjs 10.30.1 (npm)
#
# A preview in the browser shows other days than the message has. JavaScript reads a date alone in
# UTC and a time without a zone as local, and LiquidJS shows both in the zone of the browser: west of
# Greenwich the day before. `timezoneOffset: 'UTC'` mends the date and moves the time;
# `preserveTimezones: true` mends a time with an offset and keeps the wrong day. Shopify's Liquid shows
# all three as they are written. No choice of the two options does so west of Greenwich.
#
# Seen in New York:                     2026-12-24  2026-12-24T18:30  2026-12-24T18:30+05:30
#   no option                           23.         24. 18:30         24. 08:00
#   timezoneOffset: 'UTC'               24.         24. 23:30         24. 13:00
#   preserveTimezones: true             23.         24. 18:30         24. 18:30
#   both                                23.         24. 18:30         24. 18:30
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module", "dependencies": { "liquidjs": "10.30.1" } }' > package.json
npm install --silent --no-audit --no-fund
cat > look.js <<'JS'
import { strict as assert } from 'node:assert';
import { Liquid } from 'liquidjs';

const template = `{{ day | date: '%d.' }} {{ time | date: '%d. %H:%M' }} {{ offset | date: '%d. %H:%M' }}`;
const data = { day: '2026-12-24', time: '2026-12-24T18:30', offset: '2026-12-24T18:30+05:30' };
const [timezoneOffset, preserveTimezones] = ['UTC', true];
const seen = [
  [{}, '23. 24. 18:30 24. 08:00'],
  [{ timezoneOffset }, '24. 24. 23:30 24. 13:00'],
  [{ preserveTimezones }, '23. 24. 18:30 24. 18:30'],
  [{ timezoneOffset, preserveTimezones }, '23. 24. 18:30 24. 18:30'],
];
for (const [options, expected] of seen) {
  const shown = new Liquid(options).parseAndRenderSync(template, data);
  console.log(JSON.stringify(options), shown);
  assert.equal(shown, expected, 'changed');
}
JS
TZ=America/New_York node look.js
