"""What a search tells of a case. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.store import Snapshot
from schema.base import present
from schema.chats import Chat, LastMessage
from schema.user_chats import UserChat


@dataclass(frozen=True, slots=True)
class MatchingCase:
    """A case that is there, and its person's record.

    ``document``: the dashboard's row of an open case, or the chat, as the view looks at it.
    """

    chat_id: str
    document: Chat | UserChat
    person: Snapshot


def found_case(found: MatchingCase) -> dict[str, Any]:
    """Return a case as an answer has it; times are ISO 8601."""
    document = found.document
    last = document.last_message
    told = present(
        chat_id=found.chat_id,
        user_id=found.person.id,
        display_name=found.person.fields.get("displayName"),
        assignee_id=document.assignee_id,
        last_message=None if last is None else _said(last),
    )
    return told | (_of_row(document) if isinstance(document, UserChat) else _of_chat(document))


def _of_row(row: UserChat) -> dict[str, Any]:
    return present(
        state="open",
        is_unread=row.is_unread or row.marked_unread or None,
        is_unanswered=row.is_unanswered or None,
    )


def _of_chat(chat: Chat) -> dict[str, Any]:
    return present(state=chat.state or "open", snoozed_until=_iso(chat.snoozed_until))


def _said(last: LastMessage) -> dict[str, Any]:
    return present(
        id=last.id,
        sender_id=last.sender_id,
        preview=last.preview,
        created_at=_iso(last.created_at),
    )


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
