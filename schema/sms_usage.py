"""What a service has sent by SMS, counted against its limits, and the pace of a sender."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schema.base import Document, MaybeDouble, Time
from schema.patches import Patch, patch

Counted = Annotated[int, Field(ge=0), MaybeDouble]


class SmsUsage(Document):
    """``services/{serviceId}/smsUsage/{key}``: how much of one limit is used in one period.

    ``period`` is a day (``2026-12-01``) or an hour (``2026-12-01T09``), in UTC. ``used`` counts
    SMS, and for ``spend`` millionths of a US dollar. Workers reserve ahead, so it may be more than
    what was sent.
    """

    period: str
    used: Counted


class SmsSent(Document):
    """``smsSent`` of a ``ServiceUser``: how many SMS the person got on one day, in UTC."""

    day: str
    count: Counted


class SenderTurn(Document):
    """``smsSenders/{sender}``: until when a sender is spoken for; the server's alone."""

    next_at: Time


def sms_usage_fields(*, period: str, used: int) -> dict[str, Any]:
    """Return an ``SmsUsage``."""
    return {"period": period, "used": used}


def usage_patch(*, used: Any) -> Patch:
    """Return another ``used`` of an ``SmsUsage``; it may be a store's transform."""
    return patch(used=used)


def sms_sent_fields(*, day: str, count: Any) -> dict[str, Any]:
    """Return an ``SmsSent``; ``count`` may be a store's transform."""
    return {"day": day, "count": count}


def sender_turn_fields(*, next_at: Any) -> dict[str, Any]:
    """Return a ``SenderTurn``."""
    return {"nextAt": next_at}
