"""``campaignStatus/{campaignId}`` and below: progress, the ledger, the planner's fence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from schema.base import Document, Lax, Matches, MaybeDouble, ServiceId, Time, present
from schema.campaigns import CampaignChannel, CampaignKind
from schema.reasons import (
    CampaignError,
    CampaignState,
    PushOutcome,
    RecipientReason,
    RecipientState,
)

Number = Annotated[int, Field(ge=0), MaybeDouble]

DETAIL = 300
"""Characters of a recipient's ``detail`` that are kept: a hundred of them share a document."""

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
    """One person of a batch; ``at`` is when the state was reached.

    ``detail`` says what ``reason`` leaves open: which field was wrong, what the store said.
    """

    state: Annotated[RecipientState, Lax]
    reason: Reason | None = None
    channel: CampaignChannel | None = None
    at: Time
    provider_id: str | None = None
    attempt: Annotated[int, MaybeDouble] | None = None
    push: Annotated[PushOutcome, Lax] | None = None
    detail: str | None = None


class Batch(Document):
    """``campaignStatus/{campaignId}/batches/{batchId}``: unit of work, commit and retry.

    ``uids`` holds the recipients' keys, in the order planned, to be queried by. A record under an
    id that can be no uid has its place too, as failed.
    """

    service_id: ServiceId
    number: Number
    uids: list[str]
    count: Number
    state: BatchState
    counts: Counts
    recipients: dict[str, Recipient]
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
    the place in the audience after the last page; all read at ``read_time``. ``givenUp``: no
    planner goes on from here.
    """

    state: Literal["planning", "frozen", "givenUp"]
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
    detail: str | None = None,
) -> dict[str, Any]:
    """One ``Recipient``, of plain values: members of the closed lists become their text."""
    return present(
        state=str(state),
        at=at,
        reason=None if reason is None else str(reason),
        channel=channel,
        push=None if push is None else str(push),
        detail=None if detail is None else detail[:DETAIL],
    )


def tally(recipients: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Counts of the ten states, and of the reasons for skipping and failing, of stored people."""
    counts = empty_counts()
    reasons: dict[str, Counter[str]] = {"skipped": Counter(), "failed": Counter()}
    for held in recipients.values():
        counts[held["state"]] += 1
        if held["state"] in reasons:
            reasons[held["state"]][str(held.get("reason"))] += 1
    return {
        "counts": counts,
        "skipped_by": dict(reasons["skipped"]),
        "failed_by": dict(reasons["failed"]),
    }


def planned_batch_fields(
    *,
    service_id: str,
    number: int,
    uids: list[str],
    skipped: Mapping[str, str],
    at: Any,
    invalid: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """A new ``Batch``: everybody planned, but those in ``skipped`` (uid to reason), who are not.

    ``invalid``: people whose record cannot be used, and why. ``at`` may be a store's transform.
    """
    recipients = {
        uid: recipient_fields(
            state=RecipientState.FAILED,
            reason=RecipientReason.INVALID_USER,
            at=at,
            detail=invalid[uid],
        )
        if uid in invalid
        else recipient_fields(state=RecipientState.SKIPPED, reason=skipped[uid], at=at)
        if uid in skipped
        else recipient_fields(state=RecipientState.PLANNED, at=at)
        for uid in uids
    }
    told = tally(recipients)
    return {
        "serviceId": service_id,
        "number": number,
        "uids": list(uids),
        "count": len(recipients),
        "state": "planned",
        "counts": told["counts"],
        "recipients": recipients,
        "skippedBy": told["skipped_by"],
        "failedBy": told["failed_by"],
        "attempt": 0,
        "updatedAt": at,
    }
