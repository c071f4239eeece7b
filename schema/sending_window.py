"""The hours in which a service or a campaign may send."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from schema import zones
from schema.base import ClosedDocument, Matches

RECIPIENT = "recipient"
"""Stands for each recipient's own zone."""

ClockTime = Annotated[
    str, Matches(r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", "a time of day such as 09:00")
]


def _is_zone(name: str) -> str:
    if name != RECIPIENT and not zones.is_zone(name):
        raise PydanticCustomError(
            "time_zone", "must be 'recipient' or a time zone's IANA name, such as Europe/Berlin"
        )
    return name


class SendingWindow(ClosedDocument):
    """From a time of day (inclusive) to another (exclusive), past midnight if ``to`` is earlier."""

    from_: ClockTime = Field(alias="from")
    to: ClockTime
    time_zone: Annotated[str, AfterValidator(_is_zone)]

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.from_ == self.to:
            raise PydanticCustomError("empty_window", "'from' and 'to' must differ")
        return self
