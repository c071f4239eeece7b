"""The ledger of consents: who agreed to what, or withdrew it, when and how."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from schema.base import Channel, Document, Purpose, Sender, Time, present


class ConsentSource(StrEnum):
    """Where an answer came from.

    ``APP``: the person, in the app. ``STOP`` and ``START``: the person, by SMS. ``PROVIDER``: the
    provider refused an SMS because the person had opted out there.
    """

    APP = "app"
    STAFF = "staff"
    IMPORT = "import"
    STOP = "stop"
    START = "start"
    PROVIDER = "provider"


OPT_OUTS = frozenset({ConsentSource.STOP, ConsentSource.PROVIDER})
"""Withdrawals that bind a sender of SMS at the provider too."""


class ConsentChange(Document):
    """``services/{serviceId}/users/{uid}/consentHistory/{id}``: one change, never changed itself.

    ``by``: who made it; ``system`` for the provider. ``code``: the provider's error code.
    ``message_sid``: the SMS that said it.
    """

    channel: Channel
    purpose: Purpose
    granted: bool
    source: str
    at: Time
    by: Sender
    code: str | None = None
    message_sid: str | None = None


class SmsOptOut(Document):
    """``services/{serviceId}/smsOptOuts/{phone}``: exists while a number is opted out.

    It binds the number, whether or not the service knows a person who has it.
    """

    at: Time
    source: str


def consent_change_fields(
    *,
    channel: Channel,
    purpose: Purpose,
    granted: bool,
    source: str,
    at: Any,
    by: str,
    code: str | None = None,
    message_sid: str | None = None,
) -> dict[str, Any]:
    """Return a ``ConsentChange``; ``at`` may be a transform of the store."""
    return present(
        channel=channel,
        purpose=purpose,
        granted=granted,
        source=source,
        at=at,
        by=by,
        code=code,
        message_sid=message_sid,
    )


def sms_opt_out_fields(*, at: Any, source: str) -> dict[str, Any]:
    """Return a ``SmsOptOut``; ``at`` may be a transform of the store."""
    return {"at": at, "source": source}
