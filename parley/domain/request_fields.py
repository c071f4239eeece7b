"""Fields that the requests of apps share. Each error names its field."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from schema import ids
from schema.base import Attributes, Matches, Model, Shown, Time
from schema.reports import Comment
from schema.storable import storable

STORED_ID = rf"^(?!(?:{ids.NOT_AN_ID})$)[^/]{{1,300}}$"
"""The longest id is a broadcast chat's: two names of 128 characters and ``:broadcast:``."""

ChatId = Annotated[str, Matches(STORED_ID, "a chat's id: up to 300 characters, no '/'")]

NewAttributes = Annotated[Attributes, BeforeValidator(storable)]
Note = Annotated[Comment, Shown()]


_BEGINS_WITH_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _in_utc(time: datetime) -> datetime:
    """Return the time in UTC; refuse the calendar's first and last hours, which UTC cannot hold."""
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time_range", "must be in the years 1 to 9999, in UTC") from None


def _iso_8601(value: Any) -> Any:
    """As a text that begins with a day.

    Pydantic takes numbers, and texts of digits such as ``20261201``, for seconds or milliseconds
    (``findings/pydantic-reads-compact-days-as-seconds.sh``).
    """
    if isinstance(value, datetime) or (isinstance(value, str) and _BEGINS_WITH_A_DAY.match(value)):
        return value
    raise PydanticCustomError("time", "must be a time in ISO 8601, such as 2026-12-01T09:00:00Z")


AskedTime = Annotated[Time, BeforeValidator(_iso_8601), AfterValidator(_in_utc)]


class Change(Model):
    """A request that names the fields to change; at least one.

    Null counts as not named, since some SDKs send it for undefined values. Null removes the value
    of a field in ``clearable``.
    """

    clearable: ClassVar[frozenset[str]] = frozenset()

    @property
    def wanted(self) -> dict[str, Any]:
        """Return the named fields, in the stored spelling."""
        fields = type(self).model_fields
        return {str(fields[name].alias): getattr(self, name) for name in sorted(self._named())}

    def _named(self) -> set[str]:
        return {
            name
            for name in self._changeable() & self.model_fields_set
            if name in self.clearable or getattr(self, name) is not None
        }

    @classmethod
    def _changeable(cls) -> set[str]:
        return {name for name, field in cls.model_fields.items() if not field.is_required()}

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self._named():
            names = sorted(str(type(self).model_fields[name].alias) for name in self._changeable())
            raise PydanticCustomError(
                "nothing_to_change", "must name one of {names}", {"names": ", ".join(names)}
            )
        return self
