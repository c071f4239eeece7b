"""Values of the store, transforms that it computes, and documents as read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

Value = Any
"""A Firestore value: None, bool, int, float, str, bytes, aware datetime, list or str-keyed dict.
In a write, a dict may also hold a :class:`Transform` (but not inside a list)."""


class Transform:
    """A change that the store computes when it commits."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ServerTime(Transform):
    """The server's time at the request; the same for every field of one commit.

    To the millisecond only, as Firestore gives it: two commits may get the same, so a fence that
    must move with each write carries something more, such as an attempt.
    """


@dataclass(frozen=True, slots=True)
class Increment(Transform):
    """Add to a number; a missing field counts as 0."""

    by: int | float


@dataclass(frozen=True, slots=True)
class ArrayUnion(Transform):
    """Append the values that are not in the array yet, in order."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ArrayRemove(Transform):
    """Remove every occurrence of the values."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DeleteField(Transform):
    """Remove the field; only in :class:`Update` and :class:`Merge`, at the end of a field path."""


SERVER_TIME: Final = ServerTime()

DELETE_FIELD: Final = DeleteField()

FieldPath = str | tuple[str, ...]
"""A field by its name (which is never split at dots), or a tuple of names that leads into maps."""


class Overlay(Mapping[str, Value]):
    """The fields of one of many like documents: what they share, and its own laid over.

    ``shared`` is one object for all of them and never changed: the store encodes it once a commit.
    No field is in both, but that maps of the same name are merged, at any depth; anything else is a
    ``ValueError``.
    """

    __slots__ = ("own", "shared")

    def __init__(
        self, shared: Mapping[str, Value], own: Mapping[str, Value] = MappingProxyType({})
    ) -> None:
        _check_apart(shared, own)
        self.shared = shared
        self.own = own

    def __getitem__(self, name: str) -> Value:
        if name not in self.own:
            return self.shared[name]
        value = self.own[name]
        return Overlay(self.shared[name], value) if name in self.shared else value

    def __iter__(self) -> Iterator[str]:
        yield from self.shared
        yield from (name for name in self.own if name not in self.shared)

    def __len__(self) -> int:
        return len(self.shared.keys() | self.own.keys())


def _check_apart(shared: Mapping[str, Value], own: Mapping[str, Value]) -> None:
    for name, value in own.items():
        if name in shared:
            below = shared[name]
            # The types are asked first because an isinstance of an abstract class is slow.
            is_map = type(below) is dict and type(value) is dict
            if not (is_map or (isinstance(below, Mapping) and isinstance(value, Mapping))):
                raise ValueError(f"field {name}: it is shared, and an overlay's own")
            _check_apart(below, value)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as read."""

    path: str
    fields: dict[str, Value]
    update_time: datetime

    @property
    def id(self) -> str:
        """The last segment of the path."""
        return self.path.rsplit("/", 1)[-1]
