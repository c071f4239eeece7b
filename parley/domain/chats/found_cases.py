"""What a search tells of a case. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.store import Snapshot
from schema.base import present
from schema.chats import Chat, LastMessage


@dataclass(frozen=True, slots=True)
class MatchingCase:
    """A case that is there, and its person's record."""

    chat_id: str
    chat: Chat
    person: Snapshot


def found_case(found: MatchingCase) -> dict[str, Any]:
    """Return a case as an answer has it; times are ISO 8601."""
    chat = found.chat
    return present(
        chat_id=found.chat_id,
        user_id=found.person.id,
        display_name=found.person.fields.get("displayName"),
        state=chat.state or "open",
        assignee_id=chat.assignee_id,
        snoozed_until=_iso(chat.snoozed_until),
        last_message=None if chat.last_message is None else _said(chat.last_message),
    )


def _said(last: LastMessage) -> dict[str, Any]:
    return present(
        id=last.id,
        sender_id=last.sender_id,
        preview=last.preview,
        created_at=_iso(last.created_at),
    )


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
