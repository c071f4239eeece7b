"""Decide which version of a message an edit or a deletion replaced. Pure.

Reports show staff what a message said before its author changed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from parley.store import MUST_NOT_EXIST, Set
from schema import ids, paths
from schema.messages import version_fields

SHOWN = 20
"""The most earlier versions in a report: at 10,000 characters each, far below Firestore's 1 MiB."""


def last_edit(message: Mapping[str, Any]) -> datetime | None:
    """Return when a message was last edited, None if it never was."""
    return _time(message.get("editedAt"))


def new_edit(before: Mapping[str, Any], after: Mapping[str, Any]) -> datetime | None:
    """Return when the change was made if it is an edit, None for a deletion."""
    at = last_edit(after)
    return None if at == last_edit(before) or "deletedAt" in after else at


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
