"""The bases of every model: frozen, closed, and the one place where field spelling is mapped."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from schema import ids, limits

Time = AwareDatetime
"""A Firestore timestamp: an aware time, stored in UTC with microseconds."""

Uid = Annotated[str, StringConstraints(pattern=ids.NAME_PATTERN)]
"""A user's id in Firebase Auth; without ``:`` and ``/``, since chat ids are joined from it."""

ServiceId = Annotated[str, StringConstraints(pattern=ids.NAME_PATTERN)]

DrawnId = Annotated[str, StringConstraints(pattern=ids.DRAWN_ID_PATTERN)]
"""An id that a client draws: 1 to 64 of ``A-Za-z0-9_-``."""

E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{1,14}$")]

Body = Annotated[str, StringConstraints(min_length=1, max_length=limits.CHAT_BODY)]


class Model(BaseModel):
    """A part of a document. Frozen and closed: an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class Document(Model):
    """A document as it stands in Firestore, its field names in ``camelCase`` there.

    A document that a server reads may carry fields of a newer version of the code; those are
    ignored, so that two versions can run at once.
    """

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def parse(cls, fields: dict[str, Any]) -> Self:
        """Read Firestore fields; raises ``pydantic.ValidationError`` naming each bad field."""
        return cls.model_validate(fields)

    def fields(self) -> dict[str, Any]:
        """The Firestore fields, those that are None left out."""
        return self.model_dump(by_alias=True, exclude_none=True)
