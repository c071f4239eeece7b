"""``campaignStatus/{campaignId}`` and below: progress, the ledger, the planner's fence."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from schema.base import Document, Lax, Matches, ServiceId, Time, Uid, present
from schema.campaigns import CampaignChannel, CampaignKind
from schema.reasons import (
    CampaignError,
    CampaignState,
    PushOutcome,
    RecipientReason,
    RecipientState,
)

Number = Annotated[int, Field(ge=0)]

Reason = Annotated[
    str,
    Matches(
        rf"^(?:{'|'.join(RecipientReason)}|providerError:.+)$",
        "a recipient's reason or providerError: and a code",
    ),
]
"""A ``RecipientReason``, or ``providerError:`` and the provider's code."""

BatchState = Literal["planned", "sent", "done", "cancelled"]
"""``sent``: it stands in its chats. ``done``: every push is settled too."""


class Counts(Document):
    """Recipients by state: all ten, always."""

    planned: Number
    held: Number
    sending: Number
    sent: Number
    delivered: Number
    read: Number
    replied: Number
    failed: Number
    unknown: Number
    skipped: Number

    @property
    def total(self) -> int:
        """Everybody counted; once planning is over, the frozen audience."""
        return sum(getattr(self, state) for state in RecipientState)


class CampaignFailure(Document):
    """Why a whole campaign failed; ``message`` is for a person."""

    code: Annotated[CampaignError, Lax]
    message: str


class CampaignStatus(Document):
    """``campaignStatus/{campaignId}``; ``rate`` in recipients a second."""

    service_id: ServiceId
    name: str
    kind: CampaignKind
    state: Annotated[CampaignState, Lax]
    audience_count: Number
    counts: Counts
    skipped_by: dict[Reason, Number]
    failed_by: dict[Reason, Number]
    rate: float
    eta_at: Time | None = None
    started_at: Time | None = None
    finished_at: Time | None = None
    updated_at: Time
    notice: str | None = None
    error: CampaignFailure | None = None


class Recipient(Document):
    """One person of a batch; ``at`` is when the state was reached."""

    state: Annotated[RecipientState, Lax]
    reason: Reason | None = None
    channel: CampaignChannel | None = None
    at: Time
    provider_id: str | None = None
    attempt: int | None = None
    push: Annotated[PushOutcome, Lax] | None = None


class Batch(Document):
    """``campaignStatus/{campaignId}/batches/{batchId}``: unit of work, commit and retry.

    ``uids`` holds the recipients' keys, in the order planned, to be queried by.
    """

    service_id: ServiceId
    number: Number
    uids: list[Uid]
    count: Number
    state: BatchState
    counts: Counts
    recipients: dict[Uid, Recipient]
    skipped_by: dict[Reason, Number] = Field(default_factory=dict)
    failed_by: dict[Reason, Number] = Field(default_factory=dict)
    attempt: Number = 0
    sent_at: Time | None = None
    push_claimed_at: Time | None = None
    notified_at: Time | None = None
    updated_at: Time | None = None


class Plan(Document):
    """``campaignStatus/{campaignId}/plan/current``: the planner's fence; the server's alone.

    Rewritten in each page's commit. ``epoch`` rises when another planner takes over, ``cursor`` is
    the place in the audience after the last page; all read at ``read_time``.
    """

    state: Literal["planning", "frozen"]
    epoch: Number
    cursor: str | None = None
    read_time: Time | None = None
    batch_count: Number
    audience_count: Number


def plan_fields(*, at: Any) -> dict[str, Any]:
    """A new ``Plan``: nobody is planned yet."""
    return {
        "state": "planning",
        "epoch": 0,
        "cursor": None,
        "readTime": None,
        "batchCount": 0,
        "audienceCount": 0,
        "updatedAt": at,
    }


def status_fields(
    *,
    service_id: str,
    name: str,
    kind: str,
    state: str,
    updated_at: Any,
    error: dict[str, str] | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """A new ``CampaignStatus``, with nobody in its audience yet."""
    return {
        "serviceId": service_id,
        "name": name,
        "kind": kind,
        "state": str(state),
        "audienceCount": 0,
        "counts": empty_counts(),
        "skippedBy": {},
        "failedBy": {},
        "rate": 0.0,
        "updatedAt": updated_at,
        **present(error=error, notice=notice),
    }


def empty_counts() -> dict[str, int]:
    """``Counts`` of nobody."""
    return dict.fromkeys(map(str, RecipientState), 0)


def recipient_fields(
    *,
    state: str,
    at: Any,
    reason: str | None = None,
    channel: str | None = None,
    push: str | None = None,
) -> dict[str, Any]:
    """One ``Recipient``, of plain values: members of the closed lists become their text."""
    return present(
        state=str(state),
        at=at,
        reason=None if reason is None else str(reason),
        channel=channel,
        push=None if push is None else str(push),
    )


def planned_batch_fields(
    *, service_id: str, number: int, uids: list[str], skipped: dict[str, str], at: Any
) -> dict[str, Any]:
    """A new ``Batch``: everybody planned, but those in ``skipped`` (uid to reason), who are not.

    ``at`` may be a transform of the store.
    """
    recipients = {
        uid: recipient_fields(state=RecipientState.SKIPPED, reason=skipped[uid], at=at)
        if uid in skipped
        else recipient_fields(state=RecipientState.PLANNED, at=at)
        for uid in uids
    }
    counts = empty_counts()
    for recipient in recipients.values():
        counts[recipient["state"]] += 1
    skipped_by: dict[str, int] = {}
    for reason in skipped.values():
        skipped_by[str(reason)] = skipped_by.get(str(reason), 0) + 1
    return {
        "serviceId": service_id,
        "number": number,
        "uids": list(uids),
        "count": len(recipients),
        "state": "planned",
        "counts": counts,
        "recipients": recipients,
        "skippedBy": skipped_by,
        "failedBy": {},
        "attempt": 0,
        "updatedAt": at,
    }
