"""Inbound SMS that stand in no chat: opt-outs, opt-ins, and messages of unknown numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from schema.base import Document, Lax, Time, Uid, present


class ReceivedSmsState(StrEnum):
    """What became of the SMS.

    ``KEPT``: nobody of the service has this number. ``MUTED``: its person may not post in the case,
    or is banned.
    """

    OPTED_OUT = "optedOut"
    OPTED_IN = "optedIn"
    KEPT = "kept"
    MUTED = "muted"


class ReceivedSms(Document):
    """``services/{serviceId}/inboundSms/{id}``: the id is derived from the provider's.

    ``from_`` is the number in the form under which people are looked up; ``to`` is our sender.
    ``uids``: the people who have the number.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    body: str
    state: Annotated[ReceivedSmsState, Lax]
    uids: list[Uid]
    message_sid: str
    at: Time


def received_sms_fields(
    *,
    from_: str,
    to: str,
    body: str,
    state: ReceivedSmsState,
    uids: list[str],
    message_sid: str,
    at: Any,
) -> dict[str, Any]:
    """Return a ``ReceivedSms``; ``at`` may be a transform of the store."""
    fields = present(to=to, body=body, state=str(state), uids=uids, message_sid=message_sid, at=at)
    return {"from": from_, **fields}
