"""Encode the port's writes and values as Firestore's protobuf messages.

This is the hottest code in Parley: every field of every document passes here once. So messages are
filled in place, types are compared by identity in the order of their frequency, and paths are built
only for a mask, a transform or an error. It is one module, since a look-up in another one at each
field would be seen in the bill.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from parley.adapters.firestore.messages import write_types
from parley.store import (
    ArrayRemove,
    ArrayUnion,
    Changes,
    Delete,
    DeleteField,
    Exists,
    FieldPath,
    Increment,
    Merge,
    Overlay,
    Precondition,
    ServerTime,
    Set,
    Transform,
    Value,
    Write,
)
from parley.store.checks import check_document_path, check_field_paths, names_of, spelled

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
REQUEST_TIME: Final = int(write_types.DocumentTransform.FieldTransform.ServerValue.REQUEST_TIME)

WriteMessage = write_types.Write.pb()

Message = Any
"""A generated protobuf message; its classes carry no type information."""
Names = tuple[str, ...]
Found = list[tuple[Names, Transform]]

_CACHED = 1_024
"""Field paths. There are few hundred, beside those that hold a person's id and never come again."""

_PLAIN_TYPES = frozenset({str, int, dict, datetime, bool, list})
"""The commonest types of values, none of them a transform."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class BadField(ValueError):
    """A value that Firestore cannot store; the message names the field."""


class CommitEncoder:
    """Fills the ``Write`` messages of one commit, and encodes shared overlays once.

    ``documents`` is ``projects/P/databases/D/documents/``.
    """

    def __init__(self, documents: str) -> None:
        self._documents = documents
        self._prototypes: dict[tuple[bool, int], Message] = {}

    def encode(self, write: Write, message: Message) -> None:
        """Encode one write; raise ``ValueError`` naming a field that Firestore could not store."""
        name = self._documents + check_document_path(write.path)
        if isinstance(write, Delete):
            message.delete = name
            precondition = write.precondition
        else:
            replaces = isinstance(write, Set)
            if type(write.fields) is Overlay:
                self._encode_overlay(write.fields, message, replaces=replaces)
            else:
                _encode_document(write.fields, message, replaces=replaces)
            message.update.name = name
            precondition = None if isinstance(write, Merge) else write.precondition
        if precondition is not None:
            _encode_precondition(precondition, message.current_document)

    def _encode_overlay(self, overlay: Overlay, message: Message, *, replaces: bool) -> None:
        """Return a copy of the prototype with the overlay's own fields added.

        The caller holds the writes, so the shared objects live as long as their ids are used here.
        """
        key = (replaces, id(overlay.shared))
        prototype = self._prototypes.get(key)
        if prototype is None:
            prototype = self._prototypes[key] = WriteMessage()
            _encode_document(overlay.shared, prototype, replaces=replaces)
        message.CopyFrom(prototype)
        if not overlay.own:
            return
        _encode_into(overlay.own, message)
        if not replaces:
            message.update_mask.field_paths.extend(
                _quoted(name)
                for name, value in overlay.own.items()
                if name not in overlay.shared and not isinstance(value, Transform)
            )


def _encode_document(fields: Changes, message: Message, *, replaces: bool) -> None:
    """Encode all fields of a write: a replacement (Set), or changes of the named fields."""
    if replaces:
        _encode_into(fields, message)
    else:
        _encode_changes(fields, message)


def _encode_into(fields: Any, message: Message) -> None:
    """Add fields and their transforms to a write."""
    transforms: Found = []
    encode_fields(fields, message.update.fields, (), transforms)
    for names, transform in transforms:
        _encode_transform(names, transform, message.update_transforms.add())


def encode_fields(
    fields: Mapping[str, Value], message: Message, at: Names, transforms: Found | None
) -> None:
    """Fill a map of values; transforms in it are collected in ``transforms``."""
    name = ""
    try:
        for name, value in fields.items():
            kind = type(value)
            if kind is str:
                message[name].string_value = value
            elif kind is int:
                message[name].integer_value = value
            elif kind is ServerTime and transforms is not None:
                transforms.append(((*at, name), value))
            elif kind is bool:
                message[name].boolean_value = value
            elif kind is datetime:
                encode_time(value, message[name].timestamp_value)
            elif kind is dict:
                inner = message[name].map_value
                if value:
                    encode_fields(value, inner.fields, (*at, name), transforms)
                # A map that has only transforms still exists.
                inner.SetInParent()
            elif kind is list:
                _encode_list(value, message[name].array_value, (*at, name))
            elif isinstance(value, Transform) and transforms is not None:
                transforms.append(((*at, name), value))
            else:
                encode_value(value, message[name], (*at, name), transforms)
            if not name:
                raise BadField("a field name is not empty")
    except BadField:
        raise
    except (ValueError, TypeError, AttributeError) as error:
        raise _bad((*at, str(name)), error) from error


def encode_value(
    value: Value, message: Message, at: Names = (), transforms: Found | None = None
) -> None:
    """Fill one ``Value`` message from any type of the port, subclasses included."""
    try:
        if value is None:
            message.null_value = 0
        elif isinstance(value, str):
            # A StrEnum is written as its value.
            message.string_value = str(value)
        elif isinstance(value, bool):
            message.boolean_value = value
        elif isinstance(value, int):
            message.integer_value = int(value)
        elif isinstance(value, float):
            message.double_value = value
        elif isinstance(value, datetime):
            encode_time(value, message.timestamp_value)
        elif isinstance(value, bytes):
            message.bytes_value = value
        elif isinstance(value, Mapping):
            encode_fields(value, message.map_value.fields, at, transforms)
            message.map_value.SetInParent()
        elif isinstance(value, list | tuple):
            _encode_list(value, message.array_value, at)
        elif isinstance(value, Transform):
            raise ValueError(f"{type(value).__name__} has no place here")
        else:
            raise ValueError(f"{type(value).__name__} is no Firestore value")
    except BadField:
        raise
    except (ValueError, TypeError) as error:
        raise _bad(at, error) from error


def _encode_list(values: Sequence[Value], message: Message, at: Names) -> None:
    add = message.values.add
    for position, value in enumerate(values):
        if type(value) is str:
            add().string_value = value
        else:
            encode_value(value, add(), (*at, str(position)))
    message.SetInParent()


def encode_time(value: datetime, message: Message) -> None:
    """Fill a ``Timestamp`` to the microsecond, which is Firestore's precision."""
    if value.tzinfo is None:
        raise ValueError("a time needs a time zone")
    since = value - EPOCH
    # Zeroes are not sent, so the epoch itself would become no value at all.
    message.SetInParent()
    message.seconds = since.days * 86_400 + since.seconds
    message.nanos = since.microseconds * 1_000


def encode_path(field: FieldPath) -> str:
    """Return a field path as Firestore parses it, with odd names in backticks."""
    if type(field) is str:
        return _quoted(field)
    return _dotted(names_of(field))


def _encode_changes(fields: Mapping[Any, Value], message: Message) -> None:
    """Encode the fields of an update or a merge, with the mask that protects all others."""
    if set(map(type, fields)) != {str}:
        check_field_paths(fields)
    transforms: Found = []
    mask: list[str] = []
    plain: dict[str, Value] = {}
    for field, value in fields.items():
        if type(field) is str and (type(value) in _PLAIN_TYPES or not isinstance(value, Transform)):
            mask.append(_quoted(field))
            plain[field] = value
            continue
        names = names_of(field)
        if isinstance(value, DeleteField):
            mask.append(encode_path(field))
        elif isinstance(value, Transform):
            transforms.append((names, value))
        else:
            mask.append(encode_path(field))
            if len(names) == 1:
                plain[names[0]] = value
            else:
                target = message.update.fields
                for name in names[:-1]:
                    target = target[name].map_value.fields
                encode_fields({names[-1]: value}, target, names[:-1], transforms)
    encode_fields(plain, message.update.fields, (), transforms)
    message.update_mask.field_paths.extend(mask)
    # An empty mask says "change nothing else"; a missing one says "replace the document".
    message.update_mask.SetInParent()
    for names, transform in transforms:
        _encode_transform(names, transform, message.update_transforms.add())


def _encode_transform(names: Names, transform: Transform, message: Message) -> None:
    message.field_path = _dotted(names)
    if isinstance(transform, ServerTime):
        message.set_to_server_value = REQUEST_TIME
    elif isinstance(transform, Increment):
        encode_value(transform.by, message.increment, names)
    elif isinstance(transform, ArrayUnion):
        message.append_missing_elements.SetInParent()
        for value in transform.values:
            encode_value(value, message.append_missing_elements.values.add(), names)
    elif isinstance(transform, ArrayRemove):
        message.remove_all_from_array.SetInParent()
        for value in transform.values:
            encode_value(value, message.remove_all_from_array.values.add(), names)
    else:
        raise BadField(f"field {spelled(names)}: a field is removed at the top of an update only")


def _encode_precondition(precondition: Precondition, message: Message) -> None:
    if isinstance(precondition, Exists):
        message.exists = precondition.value
    else:
        encode_time(precondition.time, message.update_time)


@lru_cache(maxsize=_CACHED)
def _dotted(names: Names) -> str:
    return ".".join(map(_quoted, names))


@lru_cache(maxsize=_CACHED)
def _quoted(name: str) -> str:
    if _PLAIN_NAME.match(name):
        return name
    if not name:
        raise BadField("a field name is not empty")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise _bad((name,), error) from error
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def _bad(at: Names, error: Exception) -> BadField:
    reason = "a lone surrogate is no text" if isinstance(error, UnicodeError) else str(error)
    return BadField(f"field {spelled(at)}: {reason}")
