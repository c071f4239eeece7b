"""A service's settings for SMS and email."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schema import limits
from schema.base import ClosedDocument, Length, Matches, MaybeDouble

SmsFrom = Annotated[
    str,
    Matches(
        r"^(?:\+[1-9][0-9]{1,14}|[1-9][0-9]{2,7}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$",
        "a number in E.164, a short code, or a name of up to 11 letters and digits",
    ),
]
MessagingServiceSid = Annotated[
    str, Matches(r"^MG[0-9a-f]{32}$", "a messaging service's SID: MG and 32 hex digits")
]
Country = Annotated[str, Matches(r"^[A-Z]{2}$", "a country's ISO 3166 code, such as DE")]
EmailSender = Annotated[str, Length(3, limits.EMAIL), Matches(r"^[^\r\n]+$", "one line")]


class SmsSettings(ClosedDocument):
    """How a service sends SMS: by a messaging service if it has one, else ``from``.

    ``countries``: where numbers may be; None for anywhere. ``max_per_person_per_day``: None for
    ``limits.SMS_PER_PERSON_PER_DAY``. ``daily_spend_cap`` is in US dollars.
    ``segments_per_second``: how fast the sender sends; None for what Twilio gives its type.
    ``unknown_numbers``: whether an SMS of an unknown number makes a person and a case, or is kept
    for staff to see (None too).
    """

    messaging_service_sid: MessagingServiceSid | None = None
    from_: SmsFrom | None = Field(None, alias="from")
    countries: Annotated[list[Country], Field(min_length=1, max_length=300)] | None = None
    max_per_person_per_day: Annotated[int, Field(ge=1, le=1_000), MaybeDouble] | None = None
    max_per_prefix_per_hour: Annotated[int, Field(ge=1, le=1_000_000), MaybeDouble] | None = None
    daily_spend_cap: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    segments_per_second: Annotated[float, Field(gt=0, le=10_000)] | None = None
    unknown_numbers: Literal["create", "keep"] | None = None

    @model_validator(mode="after")
    def _has_one_sender(self) -> Self:
        if self.messaging_service_sid is not None and self.from_ is not None:
            raise PydanticCustomError(
                "one_sender", "must name either messagingServiceSid or from, not both"
            )
        return self


class EmailSettings(ClosedDocument):
    """How a service sends email; the first of ``senders`` is used by jobs that name none.

    ``digest_after_minutes``: how long messages stay unread before an email tells of them.
    """

    senders: Annotated[list[EmailSender], Field(min_length=1, max_length=20)]
    digest_after_minutes: Annotated[int, Field(ge=1, le=10_080), MaybeDouble] | None = None
