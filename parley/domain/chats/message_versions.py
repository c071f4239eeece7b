"""Decide which version of a message an edit or a deletion replaced. Pure.

Reports show staff what a message said before its author changed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parley.store import MUST_NOT_EXIST, Set
from schema import ids, limits, paths
from schema.base import json_bytes
from schema.messages import version_fields

NEWEST_READ = 200
OLDEST_READ = 100
"""The most versions of a message that a report looks at: so many edits take ten minutes."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a message said before, in order of time, and how many versions are not among it."""

    versions: Sequence[Mapping[str, Any]] = ()
    omitted: int = 0


def choose_versions(
    said_at: object,
    versions: Sequence[Mapping[str, Any]],
    *,
    unread: int = 0,
    most_bytes: int = limits.REPORT_VERSIONS_BYTES,
) -> Earlier:
    """Return the versions that a report holds, up to a size.

    The first and the last are always among them, then those that stood the longest: a text that
    many quick edits follow stays. ``said_at`` is the message's time, ``versions`` are in order of
    time, ``unread`` is how many more there are.
    """
    if not versions:
        return Earlier(omitted=unread)
    stood = _times_stood(said_at, versions)
    last = len(versions) - 1
    wanted = sorted(range(1, last), key=lambda at: (stood[at], at), reverse=True)
    kept: set[int] = set()
    left = most_bytes
    for at in (0, *([last] if last else ()), *wanted):
        size = json_bytes(versions[at])
        if at not in (0, last) and size > left:
            continue
        kept.add(at)
        left -= size
    return Earlier([versions[at] for at in sorted(kept)], len(versions) - len(kept) + unread)


def _times_stood(said_at: object, versions: Sequence[Mapping[str, Any]]) -> list[timedelta]:
    """Return how long each version stood; of two that are not neighbours, all the time between."""
    since, times = _time(said_at), []
    for version in versions:
        until = _time(version.get("until"))
        times.append(timedelta(0) if until is None or since is None else until - since)
        since = until or since
    return times


def last_edit(message: Mapping[str, Any]) -> datetime | None:
    """Return when a message was last edited, None if it never was."""
    return _time(message.get("editedAt"))


def new_edit(before: Mapping[str, Any], after: Mapping[str, Any]) -> datetime | None:
    """Return when the change was made if it is an edit, None for a deletion."""
    at = last_edit(after)
    return None if at == last_edit(before) or "deletedAt" in after else at


def new_deletion(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[str, datetime] | None:
    """Return whose message the change deleted, and when; None for other changes.

    Who did it the message does not say. None too for what no person has sent.
    """
    at, sender = _time(after.get("deletedAt")), after.get("senderId")
    if at is None or "deletedAt" in before or not isinstance(sender, str):
        return None
    is_person = sender != ids.SYSTEM_SENDER and ids.service_of_member(sender) is None
    return (sender, at) if is_person else None


def last_change(message: Mapping[str, Any]) -> datetime | None:
    """Return when a message was deleted or last edited, None if it is as it was sent."""
    return _time(message.get("deletedAt")) or last_edit(message)


def replaced_version(
    chat_id: str, message_id: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Set | None:
    """Return the write that keeps what a change took away; None if it took nothing."""
    until = last_change(after)
    if until is None:
        return None
    kept = version_fields(before, until=until)
    if len(kept) == 1 or kept == version_fields(after, until=until):
        return None
    path = paths.message_version(chat_id, message_id, ids.message_version_id(until))
    return Set(path, kept, MUST_NOT_EXIST)


def _time(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
