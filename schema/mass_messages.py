"""``campaignMessageQueue/{jobId}``: one message from a dashboard into many case chats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from schema import ids, limits
from schema.base import (
    ClosedDocument,
    Document,
    Lax,
    MaybeDouble,
    NewBody,
    ServiceId,
    Time,
    Uid,
    present,
)
from schema.delivery import Delivery
from schema.reasons import PushOutcome, RecipientReason

ALREADY_SENT = "alreadySent"
"""The reason of a person who is skipped because a message of that id stands in their chat."""

DETAIL = 200
"""The most characters of a result's ``detail``: 500 of them share a document."""

MassResultState = Literal["sent", "skipped", "failed"]

Number = Annotated[int, Field(ge=0), MaybeDouble]


class MassMessage(ClosedDocument):
    """The message to post into each chat: plain text."""

    body: NewBody


class MassResult(Document):
    """What became of one person.

    ``reason`` is a ``RecipientReason`` or ``alreadySent``. ``push`` is missing until it is settled.
    """

    state: MassResultState
    at: Time
    reason: Annotated[RecipientReason, Lax] | Literal["alreadySent"] | None = None
    detail: str | None = None
    push: Annotated[PushOutcome, Lax] | None = None


class MassInfo(Document):
    """The results: people by state and by reason, and each person.

    ``waiting`` are people who have the message and whose push the provider has not taken yet.
    """

    sent: Number
    skipped: dict[str, Number]
    failed: dict[str, Number]
    results: dict[str, MassResult]
    waiting: list[Uid] | None = None


class MassDelivery(Delivery):
    """The ``delivery`` of a mass message."""

    info: MassInfo | None = None  # type: ignore[assignment]  # narrower than any map


class MassMessageJob(ClosedDocument):
    """The job that staff write; ``delivery`` is the server's answer."""

    service_id: ServiceId
    created_by: Uid
    created_at: Time
    kind: Literal["mass"]
    user_ids: Annotated[list[Uid], Field(max_length=limits.MASS_MESSAGE_USER_IDS)]
    message: MassMessage
    delivery: MassDelivery | None = None


def mass_job_fields(
    *, service_id: str, created_by: str, created_at: Any, user_ids: list[str], body: str
) -> dict[str, Any]:
    """Return the ``MassMessageJob`` that the server writes for a member of staff."""
    return {
        "serviceId": service_id,
        "createdBy": created_by,
        "createdAt": created_at,
        "kind": "mass",
        "userIds": user_ids,
        "message": {"body": body},
    }


Results = Mapping[str, Mapping[str, Any]]
"""Stored ``MassResult``s by uid."""


def mass_result_fields(
    *,
    state: MassResultState,
    at: Any,
    reason: str | None = None,
    detail: str | None = None,
    push: PushOutcome | None = None,
) -> dict[str, Any]:
    """Return a ``MassResult`` of plain values."""
    return present(
        state=state,
        at=at,
        reason=None if reason is None else str(reason),
        detail=None if detail is None else detail[:DETAIL],
        push=None if push is None else str(push),
    )


def mass_info_fields(results: Results, waiting: list[str] | None = None) -> dict[str, Any]:
    """Return a ``MassInfo``; its counts are those of the results."""
    by_state: dict[str, Counter[str]] = {
        "sent": Counter(),
        "skipped": Counter(),
        "failed": Counter(),
    }
    for result in results.values():
        by_state[result["state"]][str(result.get("reason"))] += 1
    return present(
        sent=by_state["sent"].total(),
        skipped=dict(by_state["skipped"]),
        failed=dict(by_state["failed"]),
        results={uid: dict(result) for uid, result in results.items()},
        waiting=waiting or None,
    )


def mass_message_fields(
    *, service_id: str, staff_id: str, body: str, created_at: Any
) -> dict[str, Any]:
    """Return the ``Message`` of a mass message; ``created_at`` may be a store's transform."""
    return {
        "senderId": ids.service_member(service_id),
        "staffId": staff_id,
        "createdAt": created_at,
        "body": body,
    }
