"""The writes that bring a dashboard back into its case, in the commit of the message. Pure."""

from __future__ import annotations

from parley.store import SERVER_TIME, Set, Write
from schema import ids, paths
from schema.audit import audit_fields
from schema.chats import Chat
from schema.memberships import member_fields
from schema.messages import Message


def opening_of_case(chat_id: str, chat: Chat, message_id: str, message: Message) -> list[Write]:
    """Add the dashboard as a member; the audit entry names the message that opened the case."""
    return [
        Set(
            paths.chat_member(chat_id, ids.service_member(chat.service_id)),
            member_fields(role="member", joined_at=SERVER_TIME),
        ),
        Set(
            paths.chat_audit(chat_id, f"opened:{message_id}"),
            audit_fields(
                action="opened",
                by=message.staff_id or message.sender_id,
                at=SERVER_TIME,
                before={"state": chat.state} if chat.state else None,
                after={"state": "open"},
            ),
        ),
    ]
