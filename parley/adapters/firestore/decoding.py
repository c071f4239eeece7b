"""From Firestore's protobuf messages to plain Python values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from parley.domain.ports import Snapshot, Value

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Message = Any
"""A generated protobuf message; its classes carry no type information."""


def decode_document(message: Message, skip: int) -> Snapshot:
    """A document; ``skip`` is the length of ``projects/P/databases/D/documents/``."""
    return Snapshot(
        message.name[skip:],
        decode_fields(message.fields),
        decode_time(message.update_time),
        decode_time(message.create_time),
    )


def decode_fields(fields: Message) -> dict[str, Value]:
    """A map of values. The commonest kinds are told here, which spares a call each."""
    decoded: dict[str, Value] = {}
    for name, value in fields.items():
        kind = value.WhichOneof(_ONEOF)
        if kind == "string_value":
            decoded[name] = value.string_value
        elif kind == "integer_value":
            decoded[name] = value.integer_value
        else:
            decoded[name] = _DECODERS[kind](value)
    return decoded


def decode_value(message: Message) -> Value:
    """One value. A reference is given as its full name, a point as a map of its two numbers."""
    return _DECODERS[message.WhichOneof(_ONEOF)](message)


def decode_time(message: Message) -> datetime:
    """A time to the microsecond, in UTC."""
    return EPOCH + timedelta(0, message.seconds, message.nanos // 1_000)


_ONEOF: Final = "value_type"

_DECODERS: Final[dict[str | None, Callable[[Message], Value]]] = {
    "string_value": lambda value: value.string_value,
    "integer_value": lambda value: value.integer_value,
    "boolean_value": lambda value: value.boolean_value,
    "timestamp_value": lambda value: decode_time(value.timestamp_value),
    "map_value": lambda value: decode_fields(value.map_value.fields),
    "array_value": lambda value: [decode_value(element) for element in value.array_value.values],
    "null_value": lambda value: None,
    "double_value": lambda value: value.double_value,
    "bytes_value": lambda value: value.bytes_value,
    "reference_value": lambda value: value.reference_value,
    "geo_point_value": lambda value: {
        "latitude": value.geo_point_value.latitude,
        "longitude": value.geo_point_value.longitude,
    },
    None: lambda value: None,
}
