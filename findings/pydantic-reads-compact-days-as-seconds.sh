#!/usr/bin/env bash
# pydantic 2.14.4 (PyPI) with CPython 3.11, beside temporal-polyfill 1.0.8 and luxon 3.7.2 (npm)
#
# ISO 8601 writes a day as 2026-12-24 or as 20261224, and exports from data bases and older programs
# use the short form. To pydantic a text of digits is a number of seconds since 1970, also for a field
# that is a `datetime`, and from 2e10 on a number of milliseconds. The short form of a day becomes a
# summer night in 1970, and a year half an hour after midnight; both have a zone, so `AwareDatetime`
# takes them as well. A campaign that is to begin then begins at once. Python's own `fromisoformat`,
# Luxon and Temporal read the day. A `date` refuses the same text, since it is no whole day.
#
# Seen:
#   "20261224"        AwareDatetime 1970-08-23 12:07:04+00:00; fromisoformat, Luxon, Temporal 2026-12-24
#   "2026"            AwareDatetime 1970-01-01 00:33:46+00:00
#   "20261224T0930Z"  AwareDatetime refuses it; fromisoformat 2026-12-24 09:30+00:00
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydantic==2.14.4
cat > package.json <<'JSON'
{ "private": true, "type": "module",
  "dependencies": { "temporal-polyfill": "1.0.8", "luxon": "3.7.2" } }
JSON
npm install --silent --no-audit --no-fund
cat > look.py <<'PYTHON'
from datetime import date, datetime

from pydantic import AwareDatetime, TypeAdapter, ValidationError


def read(kind, text):
    try:
        return str(TypeAdapter(kind).validate_python(text))
    except ValidationError:
        return "refused"


compact = "20261224T0930Z"
seen = {text: read(AwareDatetime, text) for text in ("20261224", "2026", compact)}
print(seen, "date:", read(date, "20261224"), "fromisoformat:", datetime.fromisoformat("20261224"))
assert list(seen.values()) == [
    "1970-08-23 12:07:04+00:00",
    "1970-01-01 00:33:46+00:00",
    "refused",
], "changed"
assert read(date, "20261224") == "refused", "changed"
assert datetime.fromisoformat("20261224") == datetime(2026, 12, 24)
assert datetime.fromisoformat(compact).isoformat() == "2026-12-24T09:30:00+00:00"
PYTHON
venv/bin/python look.py
cat > look.js <<'JS'
import { strict as assert } from 'node:assert';
import { DateTime } from 'luxon';
import { Temporal } from 'temporal-polyfill';

const read = [DateTime.fromISO('20261224').toISODate(), Temporal.PlainDate.from('20261224').toString()];
console.log('Luxon and Temporal:', read.join(' '));
assert.deepEqual(read, ['2026-12-24', '2026-12-24']);
JS
node look.js
