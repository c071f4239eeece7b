"""Base classes and field types of all models, and the mapping to the stored spelling.

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
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from schema import ids, limits
from schema.one_line import OneLine
from schema.storable import check_text
from schema.visible import is_blank


@dataclass(frozen=True, slots=True)
class Length:
    """A text's length in UTF-16 units.

    The exported ``maxLength`` counts code points; a text never has more of those than UTF-16 units.
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
    """A text that fully matches a pattern; ``what`` describes it to a person.

    Pydantic's own pattern is not used: its engine has no look-ahead, and Python's ``$`` allows a
    line break at the end.
    """

    pattern: str
    what: str

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        matches = re.compile(self.pattern).fullmatch

        def check(text: str) -> str:
            check_text(text)
            if matches(text) is None:
                raise PydanticCustomError("text_pattern", "must be {what}", {"what": self.what})
            return text

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}


@dataclass(frozen=True, slots=True)
class Shown:
    """A text with at least one visible character, as ``schema.visible`` defines it.

    Checked for new texts only. Stored documents may have older texts and must stay readable.
    """

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, text: str) -> str:
        if is_blank(text):
            raise PydanticCustomError("text_blank", "must have a visible character")
        return text


def json_bytes(value: object) -> int:
    """Return the size of a map as compact JSON in UTF-8, the unit of all limits on attributes."""
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
    """Return an int for a double with a whole value; return anything else unchanged."""
    if isinstance(value, float) and value.is_integer() and -(2.0**63) <= value < 2.0**63:
        return int(value)
    return value


MaybeDouble = BeforeValidator(_whole)
"""For stored whole numbers, which another client may have written as doubles.

To Firestore and its rules, 5.0 equals 5. So a rule that compares what a write changes does not see
the difference, and some SDKs write every number as a double. It follows the limits in
``Annotated``."""

Lax = Strict(False)
"""For enumerations: Firestore stores their text, which a strict model would refuse."""

Time = AwareDatetime
"""A Firestore timestamp: an aware time, stored in UTC with microseconds."""

Uid = Annotated[
    str, Matches(ids.NAME_PATTERN, "a user id: 1 to 128 characters, no ':' or '/', not reserved")
]
"""A user's id in Firebase Auth, without ``:`` and ``/``, because chat ids are joined from uids."""

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
"""The sender of a message: a person, a dashboard (``service:S``) or ``system``."""

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
"""An id that a client generates: 1 to 64 of ``A-Za-z0-9_-``."""

PHONE_PATTERN = r"^\+[1-9][0-9]{1,14}$"

E164 = Annotated[str, Matches(PHONE_PATTERN, "a phone number in E.164, such as +4915112345678")]

Body = Annotated[str, Length(1, limits.CHAT_BODY)]
Title = Annotated[str, Length(1, limits.CHAT_TITLE)]
Topic = Annotated[str, Length(0, limits.CHAT_TOPIC)]
UniqueName = Annotated[str, Length(1, limits.UNIQUE_NAME)]
DisplayName = Annotated[str, Length(1, limits.DISPLAY_NAME)]
NewBody = Annotated[Body, Shown()]
NewTitle = Annotated[Title, Shown(), OneLine()]
NewName = Annotated[DisplayName, Shown(), OneLine()]
Preview = Annotated[str, Length(0, limits.PREVIEW)]
AttachmentPath = Annotated[str, StringConstraints(min_length=1, max_length=limits.ATTACHMENT_PATH)]
"""Measured in code points, unlike all other texts: rules count it by a pattern."""
SlowModeSeconds = Annotated[int, Strict(), Field(ge=0, le=limits.SLOW_MODE_SECONDS), MaybeDouble]
"""The time between two posts of a member of a group; 0 for none."""
Attributes = Annotated[dict[str, Any], AfterValidator(_attributes_fit)]

Channel = Literal["chat", "push", "sms", "email"]
Purpose = Literal["marketing", "transactional"]


class Model(BaseModel):
    """A part of a document. Frozen and closed: an unknown field is an error.

    The text of a validation error, which may reach a log, does not repeat what people wrote.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


class Document(Model):
    """A document, or a map inside one, as stored in Firestore: ``camelCase``, typed strictly.

    A document that a server reads may have fields of a newer version of the code. They are ignored,
    so two versions can run at once.
    """

    model_config = ConfigDict(extra="ignore", strict=True)

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Self:
        """Parse Firestore fields in their stored spelling.

        Raise ``pydantic.ValidationError`` naming each wrong field; ``schema.explain`` makes a
        sentence of it.
        """
        return cls.model_validate(fields, by_alias=True, by_name=False)

    @classmethod
    def parse_or_none(cls, fields: Mapping[str, Any]) -> Self | None:
        """Parse Firestore fields; return None if one of them is wrong."""
        try:
            return cls.parse(fields)
        except ValidationError:
            return None

    def fields(self) -> dict[str, Any]:
        """Return the Firestore fields, without those that are None."""
        return self.model_dump(by_alias=True, exclude_none=True)


class ClosedDocument(Document):
    """A document that a client writes and the server validates: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid")


def shape_by_key(*keys: str, otherwise: str) -> Discriminator:
    """Choose the member of a union by the field that only it has.

    Each member is tagged with the field's stored name in angle brackets (``<listId>``), by which
    ``schema.explain`` tells a tag from a field. A map with none of ``keys`` is parsed as
    ``otherwise``; a map with two is refused by the first one's closed model. So a wrong map gets
    the errors of one form, not of all.
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
    """Raise unless exactly one of ``given`` is not None; for model validators."""
    if sum(value is not None for value in given.values()) != 1:
        raise PydanticCustomError(
            "exactly_one",
            "{what} needs exactly one of {names}",
            {"what": what, "names": ", ".join(given)},
        )


def present(**fields: Any) -> dict[str, Any]:
    """Return fields in the stored spelling, without those that are None; for builders."""
    return {_camel(name): value for name, value in fields.items() if value is not None}


_camel = functools.cache(to_camel)
"""A cache, because field names are few and builders run a hundred thousand times."""
