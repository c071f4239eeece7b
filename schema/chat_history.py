"""What new members of a group read of what was said before they joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

HistoryFor = Literal["members", "sinceJoined"]
"""All that was said, or what was said since they joined."""

DEFAULT_HISTORY: HistoryFor = "members"


def reads_from(history_for: HistoryFor | None, at: Any) -> Any:
    """Return the ``Member.reads_from`` of somebody who joins and may read from ``at`` on."""
    return at if history_for == "sinceJoined" else None


def with_default_history(chat: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored ``Chat`` that says what new members read."""
    return {"historyFor": DEFAULT_HISTORY, **chat}
