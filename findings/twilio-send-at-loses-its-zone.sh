#!/usr/bin/env bash
# twilio 9.13.0 (PyPI)
#
# `messages.create(send_at=...)` and the filters of `messages.list` take a `datetime`. The library
# writes its wall clock and puts a `Z` behind it, whatever its zone is: an SMS planned for nine in the
# morning in Berlin is sent at ten, and one planned in New York goes out in the night. The filters
# look five hours to the side. `date_sent`, the filter of a day, takes the local day.
#
# Seen:
#   send_at 2026-12-01 09:00 +01:00        SendAt=2026-12-01T09:00:00Z    (it is 08:00Z)
#   send_at 2026-12-01 09:00 -05:00        SendAt=2026-12-01T09:00:00Z    (it is 14:00Z)
#   date_sent_after 2026-12-01 09:00 -05:00     DateSent>=2026-12-01T09:00:00Z
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check twilio==9.13.0 tzdata==2026.6

"$work/venv/bin/python" - <<'PYTHON'
from datetime import datetime
from zoneinfo import ZoneInfo

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

asked = []


class Notes(TwilioHttpClient):
    def request(self, method, uri, params=None, data=None, **rest):
        asked.append({**(params or {}), **(data or {})})
        if method == "POST":
            return Response(201, '{"sid": "SM0123456789abcdef0123456789abcdef"}')
        return Response(200, '{"messages": [], "page": 0, "page_size": 50}')


client = Client("AC0123456789abcdef0123456789abcdef", "token", http_client=Notes())
for zone in ("Europe/Berlin", "America/New_York"):
    nine = datetime(2026, 12, 1, 9, 0, tzinfo=ZoneInfo(zone))
    client.messages.create(
        to="+12025550123",
        messaging_service_sid="MG0123456789abcdef0123456789abcdef",
        body="Hi",
        schedule_type="fixed",
        send_at=nine,
    )
    print(f"send_at {nine} gives SendAt={asked[-1]['SendAt']}")
    assert asked[-1]["SendAt"] == "2026-12-01T09:00:00Z", "changed"

client.messages.list(date_sent_after=nine)
print(f"date_sent_after {nine} gives DateSent>={asked[-1]['DateSent>']}")
assert asked[-1]["DateSent>"] == "2026-12-01T09:00:00Z", "changed"
PYTHON
