"""``digestQueue/{uid}:{serviceId}``: whom an email may have to tell of unread messages."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schema.base import Document, MaybeDouble, ServiceId, Time, Uid
from schema.patches import UNSET, Patch, patch


class Digest(Document):
    """One person's stretch of unread messages in one service, for the server alone.

    ``since``: when the first of its messages was written. ``due_at``: when the person's chats are
    looked at next. ``told_at``: when an email was queued, None before that; no other follows until
    the person has read something. ``looks``: how often that was looked for.
    """

    uid: Uid
    service_id: ServiceId
    since: Time
    due_at: Time
    told_at: Time | None = None
    looks: Annotated[int, Field(ge=0), MaybeDouble] | None = None


def digest_fields(*, uid: str, service_id: str, since: Any, due_at: Any) -> dict[str, Any]:
    """Return a new ``Digest``."""
    return {"uid": uid, "serviceId": service_id, "since": since, "dueAt": due_at}


def digest_patch(
    *,
    since: Any = UNSET,
    due_at: Any = UNSET,
    told_at: Any = UNSET,
    looks: Any = UNSET,
) -> Patch:
    """Return changed fields of a ``Digest``."""
    return patch(since=since, due_at=due_at, told_at=told_at, looks=looks)
