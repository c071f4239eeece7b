"""``nonChatSMSQueue/{jobId}``: one SMS outside any chat."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, Tag

from schema import limits
from schema.base import (
    E164,
    ClosedDocument,
    Document,
    Length,
    MaybeDouble,
    Purpose,
    ServiceId,
    Shown,
    Time,
    Uid,
    shape_by_key,
)
from schema.delivery import Delivery


class SmsToUser(ClosedDocument):
    """To the phone number that the service has for a person."""

    user_id: Uid


class SmsToPhone(ClosedDocument):
    """To a phone number."""

    phone: E164


SmsTo = Annotated[
    Annotated[SmsToUser, Tag("<userId>")] | Annotated[SmsToPhone, Tag("<phone>")],
    shape_by_key("userId", otherwise="phone"),
]


class SmsInfo(Document):
    """What was sent, and Twilio's answer in its own words.

    ``to`` and ``from`` (a number, a name, or the SID of a messaging service) are written with the
    claim, before the call, and so are the segments that were counted. ``status`` comes with the
    answer, and is ``unknown`` if the answer was lost.
    """

    to: str | None = None
    from_: str | None = Field(None, alias="from")
    message_sid: str | None = None
    status: str | None = None
    segments: Annotated[int | None, MaybeDouble] = None
    encoding: str | None = None
    price: str | float | None = None


class SmsDelivery(Delivery):
    """The ``delivery`` of an SMS."""

    info: SmsInfo | None = None  # type: ignore[assignment]  # narrower than any map


class SmsJob(ClosedDocument):
    """The job that staff write; ``delivery`` is the server's answer."""

    service_id: ServiceId
    created_by: Uid
    created_at: Time
    to: SmsTo
    body: Annotated[str, Length(1, limits.SMS_BODY), Shown()]
    purpose: Purpose
    expire_at: Time | None = None
    delivery: SmsDelivery | None = None


def sms_job_fields(
    *,
    service_id: str,
    created_by: str,
    created_at: Any,
    uid: str,
    body: str,
    purpose: str = "transactional",
) -> dict[str, Any]:
    """Return the ``SmsJob`` that the server writes for a person."""
    return {
        "serviceId": service_id,
        "createdBy": created_by,
        "createdAt": created_at,
        "to": {"userId": uid},
        "body": body,
        "purpose": purpose,
    }


class SmsJobOwner(Document):
    """Whose SMS it was and how it ended: what a report about any SMS job needs of it."""

    service_id: ServiceId
    delivery: Delivery | None = None
