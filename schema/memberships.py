"""Members of chats, and people who were members before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from schema.base import Document, MemberId, Time, present
from schema.patches import UNSET, Patch, Unset, patch

MemberRole = Literal["owner", "admin", "member"]


class Member(Document):
    """``chats/{chatId}/members/{uid}``.

    ``added_by``: who added them to a group without asking; missing of its founder and of those who
    accepted an invitation. ``reads_from``: see ``chat_history``. ``unopened``: when they were added
    to a large group by the policy ``open``; gone once they opened it.
    """

    role: MemberRole
    joined_at: Time
    reads_from: Time | None = None
    can_post: bool | None = None
    muted_until: Time | None = None
    unopened: Time | None = None
    added_by: MemberId | None = None

    def may_post(self, now: datetime) -> bool:
        """Return whether they are neither kept from posting nor muted."""
        return self.can_post is not False and (self.muted_until is None or self.muted_until <= now)


class PastMember(Document):
    """``chats/{chatId}/past/{uid}``: somebody who left a group, was removed, or declined it.

    ``by``: who removed them or withdrew their invitation, themselves if they left or declined.
    ``can_post`` and ``muted_until`` are as they stood then. The document stays when they come back.
    """

    left_at: Time
    by: MemberId
    can_post: bool | None = None
    muted_until: Time | None = None


def member_fields(
    *,
    role: MemberRole,
    joined_at: Any,
    can_post: bool | None = None,
    muted_until: Any = None,
    unopened: Any = None,
    reads_from: Any = None,
    added_by: str | None = None,
) -> dict[str, Any]:
    """Return a ``Member``."""
    return present(
        role=role,
        joined_at=joined_at,
        can_post=can_post,
        muted_until=muted_until,
        unopened=unopened,
        reads_from=reads_from,
        added_by=added_by,
    )


def unopened_since(fields: Mapping[str, Any]) -> datetime | None:
    """Return ``unopened`` of a stored ``Member``, without reading the rest of it."""
    value = fields.get("unopened")
    return value if isinstance(value, datetime) else None


def past_member_fields(
    *, left_at: Any, by: str, can_post: bool | None = None, muted_until: Any = None
) -> dict[str, Any]:
    """Return a ``PastMember``."""
    return present(left_at=left_at, by=by, can_post=can_post, muted_until=muted_until)


def member_patch(
    *,
    role: MemberRole | Unset = UNSET,
    muted_until: datetime | Unset = UNSET,
    unopened: Any = UNSET,
) -> Patch:
    """Return changed fields of a ``Member``."""
    return patch(role=role, muted_until=muted_until, unopened=unopened)
