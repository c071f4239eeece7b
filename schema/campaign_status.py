"""``campaignStatus/{campaignId}``: the progress of a campaign, as staff watch it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from schema.base import Document, Lax, ServiceId, Time, present
from schema.campaigns import CampaignChannel, CampaignKind
from schema.patches import UNSET, Patch, Unset, patch
from schema.reasons import CampaignError, CampaignState
from schema.recipients import Counts, Number, Reason, empty_counts


class CampaignFailure(Document):
    """Why a whole campaign failed. ``message`` is for people."""

    code: Annotated[CampaignError, Lax]
    message: str


class Curve(Document):
    """How many people were done by when, of the whole campaign in a few points.

    ``after`` is the time of each in milliseconds since ``started_at``; ``reached`` and
    ``unreached`` are those whose state was final by then.
    """

    after: list[Number]
    reached: list[Number]
    unreached: list[Number]


class CampaignStatus(Document):
    """``campaignStatus/{campaignId}``; ``rate`` in recipients a second.

    ``curve`` is what a plot shows; campaigns from before it have none. The server's own:
    ``answered_at`` is the version of the job whose command was answered last, ``wake_at`` when the
    campaign is looked at again, ``nudges`` how often that was in vain, and ``results_until`` how
    long its results are collected. ``falls_back``: who is not reached in time gets another channel.
    """

    service_id: ServiceId
    name: str
    kind: CampaignKind
    channels: list[CampaignChannel] | None = None
    falls_back: bool | None = None
    chat_id: str | None = None
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
    curve: Curve | None = None
    notice: str | None = None
    error: CampaignFailure | None = None
    expire_at: Time | None = None
    answered_at: Time | None = None
    wake_at: Time | None = None
    nudges: Number | None = None
    results_until: Time | None = None


def status_fields(
    *,
    service_id: str,
    name: str,
    kind: str,
    state: str,
    updated_at: Any,
    finished_at: Any = None,
    error: Mapping[str, str] | None = None,
    notice: str | None = None,
    expire_at: Any = None,
    answered_at: Any = None,
    wake_at: Any = None,
    chat_id: str | None = None,
    channels: Sequence[str] | None = None,
    falls_back: bool | None = None,
) -> dict[str, Any]:
    """Return a new ``CampaignStatus`` with an empty audience."""
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
        **present(
            error=error,
            notice=notice,
            finished_at=finished_at,
            expire_at=expire_at,
            answered_at=answered_at,
            wake_at=wake_at,
            chat_id=chat_id,
            channels=None if channels is None else list(channels),
            falls_back=falls_back,
        ),
    }


def status_patch(
    *,
    state: CampaignState | Unset = UNSET,
    audience_count: int | Unset = UNSET,
    counts: Mapping[str, int] | Unset = UNSET,
    skipped_by: Mapping[str, int] | Unset = UNSET,
    failed_by: Mapping[str, int] | Unset = UNSET,
    rate: float | Unset = UNSET,
    curve: Mapping[str, Sequence[int]] | Unset = UNSET,
    eta_at: Any = UNSET,
    started_at: Any = UNSET,
    finished_at: Any = UNSET,
    updated_at: Any = UNSET,
    notice: Any = UNSET,
    error: Any = UNSET,
    answered_at: Any = UNSET,
    wake_at: Any = UNSET,
    nudges: Any = UNSET,
    results_until: Any = UNSET,
) -> Patch:
    """Return a partial write of a ``CampaignStatus``; the store's transform removes a field."""
    return patch(
        state=state if state is UNSET else str(state),
        audience_count=audience_count,
        counts=counts,
        skipped_by=skipped_by,
        failed_by=failed_by,
        rate=rate,
        curve=curve,
        eta_at=eta_at,
        started_at=started_at,
        finished_at=finished_at,
        updated_at=updated_at,
        notice=notice,
        error=error,
        answered_at=answered_at,
        wake_at=wake_at,
        nudges=nudges,
        results_until=results_until,
    )
