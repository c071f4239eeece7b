#!/usr/bin/env bash
# python-liquid 2.3.6 with python-dateutil 4.0.0 (PyPI), CPython 3.11
#
# The `date` filter reads a text by dateutil, value by value: a date with dots is month first if its
# first number can be a month, and day first otherwise. In one column of birthdays some people get
# their greeting in another month, and nothing tells the two apart. A month of a year gets the day of
# the machine's today.
#
# Seen, by '%d %B':
#   03.04.2026    04 March           (Ruby's Liquid 5.13.0: 03 April)
#   24.12.2026    24 December        (Ruby: the same)
#   2026-12       today's day of the month, and December     (Ruby: 01 December)
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  python-liquid==2.3.6 python-dateutil==4.0.0

"$work/venv/bin/python" - <<'PYTHON'
from datetime import date

from liquid import Environment

template = Environment().from_string("{{ when | date: '%d %B' }}")
seen = {
    "03.04.2026": "04 March",
    "24.12.2026": "24 December",
    "2026-12": f"{date.today().day:02} December",
}
for when, expected in seen.items():
    text = template.render(when=when)
    print(f"{when} gives {text}")
    assert text == expected, "changed"
PYTHON
