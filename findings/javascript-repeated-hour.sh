#!/usr/bin/env bash
# luxon 3.7.2, dayjs 1.11.23, temporal-polyfill 1.0.8, date-fns-tz 3.2.0, @date-fns/tz 1.5.0 (npm)
#
# In the autumn night an hour comes twice, so a local time there is two instants. Temporal takes the
# first, Luxon and Day.js the second. The two packages of date-fns take one or the other by the zone
# of the machine that asks: one staff member's browser plans a message an hour before a colleague's.
# In spring, at a time that no clock shows, date-fns-tz goes back and the others go forward.
#
# Seen, as UTC:                 Temporal  Luxon  Day.js  date-fns-tz             @date-fns/tz
#   Paris, 2027-10-31 02:30     00:30     01:30  01:30   01:30, New York: 00:30  01:30, Paris: 00:30
#   Paris, 2027-03-28 02:30     01:30     01:30  01:30   00:30                   01:30
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > package.json <<'JSON'
{ "private": true, "type": "module", "dependencies": {
  "luxon": "3.7.2", "dayjs": "1.11.23", "temporal-polyfill": "1.0.8", "date-fns": "4.4.0",
  "date-fns-tz": "3.2.0", "@date-fns/tz": "1.5.0" } }
JSON
npm install --silent --no-audit --no-fund
cat > look.js <<'JS'
import { TZDate } from '@date-fns/tz';
import { fromZonedTime } from 'date-fns-tz';
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import { DateTime } from 'luxon';
import { Temporal } from 'temporal-polyfill';

dayjs.extend(utc);
dayjs.extend(timezone);
const zone = 'Europe/Paris';
for (const [month, day] of [[10, 31], [3, 28]]) {
  const text = `2027-${String(month).padStart(2, '0')}-${day}T02:30`;
  const instants = [
    Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds,
    DateTime.fromISO(text, { zone }).toMillis(),
    dayjs.tz(text, zone).valueOf(),
    fromZonedTime(text, zone).getTime(),
    new TZDate(2027, month - 1, day, 2, 30, zone).getTime(),
  ];
  console.log(text, instants.map((at) => new Date(at).toISOString().slice(11, 16)).join(' '));
}
JS
expect() {
  seen="$(TZ="$1" node look.js)"
  printf 'on a machine in %s:\n%s\n' "$1" "$seen"
  [ "$seen" = "2027-10-31T02:30 00:30 01:30 01:30 $2
2027-03-28T02:30 01:30 01:30 01:30 00:30 01:30" ] || { echo "changed"; exit 1; }
}
expect UTC "01:30 01:30"
expect America/New_York "00:30 01:30"
expect Europe/Paris "01:30 00:30"
