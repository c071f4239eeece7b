"""Decode Firestore's protobuf messages into plain Python values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, overload

from parley.store import Snapshot, Value

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Message = Any
"""A generated protobuf message; its classes carry no type information."""


def decode_fields(fields: Message) -> dict[str, Value]:
    """Decode a map of values. The commonest types are handled here, which saves a call each."""
    decoded: dict[str, Value] = {}
    # Not items(), which protobuf inherits from an abstract class written in Python.
    for name in fields:
        value = fields[name]
        kind = value.WhichOneof(_ONEOF)
        if kind == "string_value":
            decoded[name] = value.string_value
        elif kind == "integer_value":
            decoded[name] = value.integer_value
        elif kind == "timestamp_value":
            decoded[name] = decode_time(value.timestamp_value)
        elif kind == "map_value":
            decoded[name] = decode_fields(value.map_value.fields)
        else:
            decoded[name] = _DECODERS[kind](value)
    return decoded


def decode_document(
    message: Message, skip: int, decode: Callable[[Message], dict[str, Value]] = decode_fields
) -> Snapshot:
    """Decode a document; ``skip`` is the length of ``projects/P/databases/D/documents/``."""
    return Snapshot(message.name[skip:], decode(message.fields), decode_time(message.update_time))


def decode_value(message: Message) -> Value:
    """Decode one value. A reference becomes its full name, a point a map of its two numbers."""
    return _DECODERS[message.WhichOneof(_ONEOF)](message)


def decode_time(message: Message) -> datetime:
    """Decode a time to the microsecond, in UTC."""
    return EPOCH + timedelta(0, message.seconds, message.nanos // 1_000)


class UpdateTimes(Sequence[datetime]):
    """The ``update_times`` of a commit's answer, each decoded on access.

    A batch has hundreds, and its worker needs only one.
    """

    def __init__(self, response: Message) -> None:
        self._response = response

    def __len__(self) -> int:
        return len(self._response.write_results)

    @overload
    def __getitem__(self, index: int) -> datetime: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[datetime]: ...
    def __getitem__(self, index: int | slice) -> datetime | Sequence[datetime]:
        if isinstance(index, slice):
            return tuple(map(self._time_of, self._response.write_results[index]))
        return self._time_of(self._response.write_results[index])

    def _time_of(self, result: Message) -> datetime:
        # A delete leaves no document, so it has none.
        has_one = result.HasField("update_time")
        return decode_time(result.update_time if has_one else self._response.commit_time)


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
