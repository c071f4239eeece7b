"""Reports of messages to the staff of a chat's service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from schema import limits
from schema.base import Document, Lax, Length, MaybeDouble, Sender, ServiceId, Time, Uid, present
from schema.messages import Message, MessageVersion
from schema.patches import Patch, patch
from schema.reasons import ReportReason, ReportResolution

ReportState = Literal["open", "resolved"]

Comment = Annotated[str, Length(1, limits.REPORT_TEXT)]


class Report(Document):
    """``reports/{reportId}``: written by the server, read by staff of its service.

    ``message`` is a copy from the time of the report: staff cannot read a direct chat, and a later
    edit or deletion does not change the copy. ``before`` is what it said before, in order of time,
    and ``omitted`` how many of its versions are not there.
    ``sender_id`` is the reported person.
    """

    service_id: ServiceId
    chat_id: str
    message_id: str
    message: Message
    before: list[MessageVersion] | None = None
    omitted: Annotated[int, Field(ge=1), MaybeDouble] | None = None
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
    before: list[dict[str, Any]],
    omitted: int,
    reporter_id: str,
    reason: str,
    comment: str | None,
    created_at: Any,
) -> dict[str, Any]:
    """Return a new ``Report``; ``message`` and ``before`` hold stored fields."""
    return present(
        service_id=service_id,
        chat_id=chat_id,
        message_id=message_id,
        message=dict(message),
        before=before or None,
        omitted=omitted or None,
        sender_id=message["senderId"],
        reporter_id=reporter_id,
        reason=str(reason),
        comment=comment,
        state="open",
        created_at=created_at,
    )


def decision_patch(*, resolution: ReportResolution, note: str | None) -> Patch:
    """Return the decision on a ``Report``; None removes the note."""
    return patch(state="resolved", resolution=str(resolution), note=note)


def decider_patch(*, by: str, at: Any) -> Patch:
    """Return who decided on a ``Report``, and when."""
    return patch(resolved_by=by, resolved_at=at)
