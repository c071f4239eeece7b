"""System messages as the last message of a chat. Pure."""

from __future__ import annotations

from typing import Any

from parley.store import SERVER_TIME
from schema import ids
from schema.chats import last_message


def system_last_message(message_id: str) -> dict[str, Any]:
    """Return a system message as ``lastMessage``; clients word it by its event."""
    return last_message(
        id=message_id, sender_id=ids.SYSTEM_SENDER, preview="", created_at=SERVER_TIME
    )
