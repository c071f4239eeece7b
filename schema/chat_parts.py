"""The parts of a chat and its row that differ, where a batch of chats shares the rest.

A batch is written by the hundred, and what it shares is encoded once.
"""

from __future__ import annotations

from typing import Any


def shown_last(*, id: str, preview: str) -> dict[str, Any]:
    """Return the part of ``lastMessage`` that differs between chats."""
    return {"lastMessage": {"id": id, "preview": preview}}


def listed_members(members: list[str]) -> dict[str, Any]:
    """Return the member list of a ``Chat`` whose other fields are shared."""
    return {"memberIds": members}


def other_of_row(uid: str) -> dict[str, Any]:
    """Return the other person of a ``UserChat`` whose other fields are shared."""
    return {"otherUid": uid}
