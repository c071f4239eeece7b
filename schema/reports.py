"""Reports: a message that somebody shows to the staff of its chat's service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from schema import limits
from schema.base import Document, Lax, Length, Sender, ServiceId, Time, Uid, present
from schema.messages import Message
from schema.reasons import ReportReason, ReportResolution

ReportState = Literal["open", "resolved"]

Comment = Annotated[str, Length(1, limits.REPORT_TEXT)]


class Report(Document):
    """``reports/{reportId}``: the server's; staff of its service read it.

    ``message`` is a copy, as it stood when it was reported: staff cannot read a direct chat, and
    an edit or a delete that follows changes nothing here. ``sender_id`` is whom it is about.
    """

    service_id: ServiceId
    chat_id: str
    message_id: str
    message: Message
    sender_id: Sender
    reporter_id: Uid
    reason: Annotated[ReportReason, Lax]
    comment: Comment | None = None
    state: ReportState
    created_at: Time
    resolution: Annotated[ReportResolution, Lax] | None = None
    note: Comment | None = None
    resolved_by: Uid | None = None
    resolved_at: Time | None = None


def report_fields(
    *,
    service_id: str,
    chat_id: str,
    message_id: str,
    message: Mapping[str, Any],
    reporter_id: str,
    reason: str,
    comment: str | None,
    created_at: Any,
) -> dict[str, Any]:
    """A new ``Report``; ``message`` holds the fields of the message as they are stored."""
    return present(
        service_id=service_id,
        chat_id=chat_id,
        message_id=message_id,
        message=dict(message),
        sender_id=message["senderId"],
        reporter_id=reporter_id,
        reason=str(reason),
        comment=comment,
        state="open",
        created_at=created_at,
    )


def decision_fields(*, resolution: str, note: str | None) -> dict[str, Any]:
    """What staff decide of a ``Report``; a decision without a note takes an earlier one away."""
    return {"state": "resolved", "resolution": str(resolution), "note": note}


def decided_fields(*, by: str, at: Any) -> dict[str, Any]:
    """Who decided of a ``Report``, and when."""
    return {"resolvedBy": by, "resolvedAt": at}
