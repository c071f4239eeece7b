"""Read the ``Retry-After`` header of an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 600.0
"""Seconds; Pub/Sub delays a message no longer."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait. A date, as from a proxy, is read by the answer's own clock."""
    asked = headers.get("Retry-After", "")
    try:
        seconds = float(asked)
    except ValueError:
        try:
            until, now = _date(asked), _date(headers.get("Date", ""))
        except ValueError:
            return None
        seconds = (until - now).total_seconds()
    return min(max(0.0, seconds), LONGEST_WAIT) if math.isfinite(seconds) else None


def _date(text: str) -> datetime:
    date = parsedate_to_datetime(text)
    if date.tzinfo is None:
        raise ValueError(f"{text!r} names no zone")
    return date
