"""Read the times of a campaign that was written as JSON, which has none of its own. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_SCHEDULED = ("startAt", "expireAt")


def read_times(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return a job whose times are timestamps, where they were texts in ISO 8601 with a zone.

    Any other value stays as it is, for the check of the job to name it.
    """
    read = dict(job)
    schedule = job.get("schedule")
    if isinstance(schedule, Mapping):
        times = {name: _time(schedule[name]) for name in _SCHEDULED if name in schedule}
        read["schedule"] = {**schedule, **times}
    if "createdAt" in job:
        read["createdAt"] = _time(job["createdAt"])
    return read


def _time(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        time = datetime.fromisoformat(value)
        return value if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return value
