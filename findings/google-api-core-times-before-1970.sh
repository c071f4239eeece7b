#!/usr/bin/env bash
# google-cloud-firestore 2.34.1 with proto-plus 1.29.0 and google-api-core 2.44.0 (PyPI)
#
# A Timestamp is whole seconds, rounded down, and nanoseconds that are added to them. Google's Python
# packages cut the seconds off towards zero instead. Before 1970 that is one second too late for
# every time with a fraction: a birthday taken from `datetime`, and also a time that was read and is
# written back. Each round trip adds a second. Nothing is raised, and times after 1970 are right.
#
# Seen:
#   1969-07-20 20:17:40.500 becomes 1969-07-20 20:17:41.500
#   the same time, read and written back three times, 20:17:43.500
#   1969-07-20 20:17:40 and 2026-07-20 20:17:40.500 stay what they are
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  google-cloud-firestore==2.34.1 proto-plus==1.29.0 google-api-core==2.44.0

"$work/venv/bin/python" - <<'PYTHON'
from datetime import datetime, timedelta, timezone

from google.cloud.firestore_v1.types import Value
from google.protobuf.timestamp_pb2 import Timestamp


def written(time):
    return Value(timestamp_value=time)


def stored(value):
    return Value.pb(value).timestamp_value.ToJsonString()


landing = datetime(1969, 7, 20, 20, 17, 40, 500_000, tzinfo=timezone.utc)
once = stored(written(landing))
print("written:", landing, "stored:", once)
assert once == "1969-07-20T20:17:41.500Z", "changed"

right = Timestamp()
right.FromDatetime(landing)
again = Value()
Value.pb(again).timestamp_value.CopyFrom(right)
for _ in range(3):
    again = written(again.timestamp_value)
print("read and written back three times:", stored(again))
assert stored(again) == "1969-07-20T20:17:43.500Z", "changed"

for fine in (landing.replace(microsecond=0), landing.replace(year=2026)):
    copy = written(written(fine).timestamp_value)
    assert datetime.fromisoformat(stored(copy).replace("Z", "+00:00")) - fine == timedelta(0)
    print("unchanged:", stored(copy))
PYTHON
