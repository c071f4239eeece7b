#!/usr/bin/env bash
# pydantic 2.14.4 and isodate 0.7.2 (PyPI), temporal-polyfill 1.0.8 and luxon 3.7.2 (npm)
#
# A `timedelta` is a number of seconds, and pydantic writes one of 365 days or more in years: 400 days
# are P1Y35D in JSON and OpenAPI. ISO 8601 leaves the length of a year to the reader. Luxon takes 365
# days, Temporal refuses it without a date and finds 401 days from a leap year on, and isodate gives a
# value of another class, whose year follows the calendar. The other way round pydantic takes P1M,
# which people write for a minute, as 30 days.
#
# Seen:
#   timedelta(days=400)   "P1Y35D"; Luxon 400 days; Temporal: an error, or 401 days from 2028-01-01
#   "P1M"                 timedelta(days=30)
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydantic==2.14.4 isodate==0.7.2
cat > package.json <<'JSON'
{ "private": true, "type": "module",
  "dependencies": { "temporal-polyfill": "1.0.8", "luxon": "3.7.2" } }
JSON
npm install --silent --no-audit --no-fund
cat > read.js <<'JS'
import { strict as assert } from 'node:assert';
import { Duration } from 'luxon';
import { Temporal } from 'temporal-polyfill';

const [, , text] = process.argv;
const read = Temporal.Duration.from(text);
assert.throws(() => read.total('days'), RangeError, 'changed');
const days = [Duration.fromISO(text).as('days'), read.total({ unit: 'days', relativeTo: '2028-01-01' })];
console.log('Luxon', days[0], 'days; Temporal an error, or', days[1], 'days');
assert.deepEqual(days, [400, 401], 'changed');
JS
cat > write.py <<'PYTHON'
import json
import sys
from datetime import datetime, timedelta

import isodate
from pydantic import TypeAdapter

durations = TypeAdapter(timedelta)
text = json.loads(durations.dump_json(timedelta(days=400)))
begin = datetime(2028, 1, 1)
found = (begin + isodate.parse_duration(text) - begin).days
month = durations.validate_python("P1M")
print(text, "isodate", found, "days; P1M", month, file=sys.stderr)
assert (text, found, month) == ("P1Y35D", 401, timedelta(days=30)), "changed"
print(text)
PYTHON
text="$(venv/bin/python write.py)"
node read.js "$text"
