"""What a dashboard's row of a case tells the views of its inbox. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schema import ids
from schema.chats import Chat
from schema.patches import UNSET, Patch, Unset
from schema.user_chats import case_row_patch


def case_row(chat: Chat, member: str, last: Mapping[str, Any], by_person: int) -> Patch:
    """Return the fields of views in a member's row; empty unless it is the dashboard's of a case.

    ``last`` is the message that the row shows, ``by_person`` how many messages of the person come
    with it. A system message answers nobody, nor does a campaign's, which writes no such row.
    """
    if chat.kind != "case" or ids.service_of_member(member) is None:
        return {}
    return case_row_patch(
        assignee_id=chat.assignee_id,
        is_unanswered=_is_unanswered(chat, last["senderId"], member),
        is_unread=True if by_person else UNSET,
    )


def _is_unanswered(chat: Chat, sender: str, dashboard: str) -> bool | Unset:
    """Return whether the person spoke last; as it was, if only the system spoke since."""
    if sender != ids.SYSTEM_SENDER:
        return bool(sender != dashboard)
    before = chat.last_message
    if before is None or before.sender_id in (ids.SYSTEM_SENDER, dashboard):
        return UNSET
    return True
