"""The bases of every model, the types of their fields, and the one place that maps spelling.

Lengths are counted in UTF-16 code units, as clients and security rules count them.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from schema import ids, limits
from schema.storable import check_text
from schema.visible import is_blank


@dataclass(frozen=True, slots=True)
class Length:
    """A text's length in UTF-16 units.

    The exported ``maxLength`` counts code points, of which a text that fits never has more.
    """

    minimum: int
    maximum: int

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "minLength": self.minimum, "maxLength": self.maximum}

    def _check(self, text: str) -> str:
        check_text(text)
        length = limits.length(text)
        if not self.minimum <= length <= self.maximum:
            raise PydanticCustomError(
                "text_length",
                "must be {minimum} to {maximum} characters long and is {length}",
                {"minimum": self.minimum, "maximum": self.maximum, "length": length},
            )
        return text


@dataclass(frozen=True, slots=True)
class Matches:
    """A text that a pattern matches from end to end; ``what`` says to a person what is wanted.

    Pydantic's own pattern is not used: its engine knows no look-ahead, and Python's ``$`` lets a
    line break pass.
    """

    pattern: str
    what: str

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def _check(self, text: str) -> str:
        check_text(text)
        if re.fullmatch(self.pattern, text) is None:
            raise PydanticCustomError("text_pattern", "must be {what}", {"what": self.what})
        return text


@dataclass(frozen=True, slots=True)
class Shown:
    """A text of which something is left to see; ``schema.visible`` tells what shows nothing.

    Asked of what is new, and of no document that is stored: what was let in before must be read.
    """

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, text: str) -> str:
        if is_blank(text):
            raise PydanticCustomError(
                "text_blank", "must hold a character that is no white space and can be seen"
            )
        return text


def json_bytes(value: object) -> int:
    """The size of a map as compact JSON in UTF-8: what limits on attributes are counted in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(text.encode("utf-8", "surrogatepass"))


def _attributes_fit(value: dict[str, Any]) -> dict[str, Any]:
    size = json_bytes(value)
    if size > limits.USER_ATTRIBUTES_BYTES:
        raise PydanticCustomError(
            "too_large",
            "must be at most {maximum} bytes as JSON and is {size}",
            {"maximum": limits.USER_ATTRIBUTES_BYTES, "size": size},
        )
    return value


def _whole(value: object) -> object:
    """An int for a double that is one; all else as it is, for the strict type to judge."""
    if isinstance(value, float) and value.is_integer() and -(2.0**63) <= value < 2.0**63:
        return int(value)
    return value


MaybeDouble = BeforeValidator(_whole)
"""For each whole number that stands in a document: somebody may have written it as a double.

To Firestore and its rules 5.0 equals 5, so a rule that looks at what a write changes sees nothing,
and some SDKs write every number as a double. It comes after the limits in ``Annotated``.
"""

Lax = Strict(False)
"""For enumerations: Firestore holds their text, which a strict model would refuse."""

Time = AwareDatetime
"""A Firestore timestamp: an aware time, stored in UTC with microseconds."""

Uid = Annotated[
    str, Matches(ids.NAME_PATTERN, "a user id: 1 to 128 characters, no ':' or '/', not reserved")
]
"""A user's id in Firebase Auth; without ``:`` and ``/``, since chat ids are joined from it."""

ServiceId = Annotated[
    str, Matches(ids.NAME_PATTERN, "a service id: 1 to 128 characters, no ':' or '/', not reserved")
]

Sender = Annotated[
    str,
    Matches(
        rf"^(?:system|(?:service:)?{ids.NAME_PATTERN.removeprefix('^').removesuffix('$')})$",
        "a user id, service:{serviceId} or system",
    ),
]
"""Who a message is from: a person, a dashboard (``service:S``) or ``system``."""

MemberId = Annotated[
    str,
    Matches(
        rf"^(?:service:)?{ids.NAME_PATTERN.removeprefix('^').removesuffix('$')}$",
        "a user id or service:{serviceId}",
    ),
]
"""A participant of a chat: a person or a dashboard (``service:S``)."""

DrawnId = Annotated[
    str, Matches(ids.DRAWN_ID_PATTERN, "1 to 64 letters, digits, hyphens or underscores")
]
"""An id that a client draws: 1 to 64 of ``A-Za-z0-9_-``."""

PHONE_PATTERN = r"^\+[1-9][0-9]{1,14}$"

E164 = Annotated[str, Matches(PHONE_PATTERN, "a phone number in E.164, such as +4915112345678")]

Body = Annotated[str, Length(1, limits.CHAT_BODY)]
Title = Annotated[str, Length(1, limits.CHAT_TITLE)]
Topic = Annotated[str, Length(0, limits.CHAT_TOPIC)]
UniqueName = Annotated[str, Length(1, limits.UNIQUE_NAME)]
DisplayName = Annotated[str, Length(1, limits.DISPLAY_NAME)]
NewBody = Annotated[Body, Shown()]
NewTitle = Annotated[Title, Shown()]
NewName = Annotated[DisplayName, Shown()]
Preview = Annotated[str, Length(0, limits.PREVIEW)]
AttachmentPath = Annotated[str, StringConstraints(min_length=1, max_length=limits.ATTACHMENT_PATH)]
"""In code points, unlike all others: rules count it by a pattern."""
Attributes = Annotated[dict[str, Any], AfterValidator(_attributes_fit)]

Channel = Literal["chat", "push", "sms", "email"]
Purpose = Literal["marketing", "transactional"]


class Model(BaseModel):
    """A part of a document. Frozen and closed: an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class Document(Model):
    """A document, or a map inside one, as it stands in Firestore: ``camelCase``, typed strictly.

    A document that a server reads may carry fields of a newer version of the code; those are
    ignored, so that two versions can run at once.
    """

    model_config = ConfigDict(extra="ignore", strict=True)

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Self:
        """Read Firestore fields, in their stored spelling alone.

        Raises ``pydantic.ValidationError`` naming each bad field; ``schema.explain`` makes a
        sentence of it.
        """
        return cls.model_validate(fields, by_alias=True, by_name=False)

    @classmethod
    def parse_or_none(cls, fields: Mapping[str, Any]) -> Self | None:
        """Read Firestore fields; None if one of them is wrong."""
        try:
            return cls.parse(fields)
        except ValidationError:
            return None

    def fields(self) -> dict[str, Any]:
        """The Firestore fields, those that are None left out."""
        return self.model_dump(by_alias=True, exclude_none=True)


class ClosedDocument(Document):
    """A document that a person or an app writes and a server validates: nothing unlisted in it."""

    model_config = ConfigDict(extra="forbid")


def shape_by_key(*keys: str, otherwise: str) -> Discriminator:
    """Tell the members of a union apart by the field that only they have.

    Each member is tagged with that field's stored name in angle brackets (``<listId>``), by which
    ``schema.explain`` knows a tag from a field. A map with none of ``keys`` is taken for
    ``otherwise``; one with two is refused by the first's closed model. So a bad map gets the
    errors of the one form that was meant, not those of all.
    """

    def tag(value: Any) -> str:
        if isinstance(value, BaseModel):
            names = {info.alias or name for name, info in type(value).model_fields.items()}
        else:
            names = set(value) if isinstance(value, Mapping) else set()
        key = next((key for key in keys if key in names), otherwise)
        return f"<{key}>"

    return Discriminator(tag)


def exactly_one(what: str, given: Mapping[str, object]) -> None:
    """Refuse unless one of ``given`` is not None; for use in a model's validator."""
    if sum(value is not None for value in given.values()) != 1:
        raise PydanticCustomError(
            "exactly_one",
            "{what} needs exactly one of {names}",
            {"what": what, "names": ", ".join(given)},
        )


def present(**fields: Any) -> dict[str, Any]:
    """Fields in the stored spelling, those that are None left out; for builders."""
    return {_camel(name): value for name, value in fields.items() if value is not None}


_camel = functools.cache(to_camel)
"""Field names are few, and builders run a hundred thousand times."""
