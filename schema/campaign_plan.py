"""``campaignStatus/{campaignId}/plan/current``: how far the audience is frozen."""

from __future__ import annotations

from typing import Any, Literal

from schema.base import Document, Time
from schema.patches import UNSET, Patch, Unset, patch
from schema.recipients import Number

PlanState = Literal["planning", "frozen", "givenUp"]
"""``givenUp``: no planner continues from here."""


class Plan(Document):
    """The planner's fence; only the server uses it. Each page of batches rewrites it.

    ``epoch`` rises when another planner takes over. ``cursor`` is the place in the audience after
    the last page. All pages are read at ``read_time``.
    """

    state: PlanState
    epoch: Number
    cursor: str | None = None
    read_time: Time | None = None
    batch_count: Number
    audience_count: Number


def plan_fields(*, at: Any) -> dict[str, Any]:
    """Return a new ``Plan`` with nobody planned."""
    return {
        "state": "planning",
        "epoch": 0,
        "cursor": None,
        "readTime": None,
        "batchCount": 0,
        "audienceCount": 0,
        "updatedAt": at,
    }


def plan_patch(
    *,
    state: PlanState | Unset = UNSET,
    epoch: Any = UNSET,
    cursor: str | Unset | None = UNSET,
    read_time: Any = UNSET,
    audience_count: int | Unset = UNSET,
    batch_count: int | Unset = UNSET,
    updated_at: Any = UNSET,
) -> Patch:
    """Return a partial write of a ``Plan``."""
    return patch(
        state=state,
        epoch=epoch,
        cursor=cursor,
        read_time=read_time,
        audience_count=audience_count,
        batch_count=batch_count,
        updated_at=updated_at,
    )


class Pace(Document):
    """When the next batch of a lane may go; the commit of each batch moves it on."""

    next_at: Time


def pace_fields(next_at: Any) -> dict[str, Any]:
    """Return a ``Pace``."""
    return {"nextAt": next_at}
