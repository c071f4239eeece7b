"""Apply a write to a document as Firestore does. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from parley.errors import StoreRejected
from parley.store import (
    ArrayRemove,
    ArrayUnion,
    Delete,
    DeleteField,
    FieldPath,
    Increment,
    ServerTime,
    Set,
    Transform,
    Value,
    Write,
)
from parley.store.checks import (
    check_document_path,
    check_field_paths,
    names_of,
    spelled,
)
from parley.testing.firestore_limits import (
    TRANSFORMS,
    check_document_size,
    check_field_path,
    check_kept,
    check_writable,
)
from parley.testing.firestore_values import checked_name, copied, deep_copy, order_key, size
from schema.storable import INT64_MAX, INT64_MIN

Names = tuple[str, ...]
Fields = dict[str, Value]


class PreparedWrite:
    """A checked write in the parts of the protocol: plain values, removals, transforms.

    Raises ``ValueError`` naming the field where no request could say it.
    """

    def __init__(self, write: Write) -> None:
        self.path = check_document_path(write.path)
        self.write = write
        self.values: list[tuple[Names, Value]] = []
        self.removed: list[Names] = []
        self.transforms: list[tuple[Names, Transform]] = []
        if isinstance(write, Delete):
            return
        fields: Mapping[FieldPath, Value] = write.fields  # type: ignore[assignment]
        check_field_paths(fields)
        for field, value in fields.items():
            names = names_of(field)
            for name in names:
                checked_name(name, ())
            if isinstance(value, DeleteField):
                if isinstance(write, Set):
                    raise ValueError(f"field {spelled(names)}: a Set removes no field")
                self.removed.append(names)
            elif isinstance(value, Transform):
                self.transforms.append((names, _checked(value, names)))
            else:
                self.values.append((names, copied(self._without_transforms(value, names), names)))

    def check_limits(self) -> None:
        """Raise ``StoreRejected`` for a write that Firestore refuses for every document."""
        check_writable(self.path)
        for names in self.removed:
            check_field_path(names)
        for names, value in self.values:
            check_field_path(names)
            check_kept(value, names)
        for names, transform in self.transforms:
            check_field_path(names)
            _check_operand(transform, names)
        if len(self.transforms) > TRANSFORMS:
            raise StoreRejected(
                f"{self.path}: {len(self.transforms)} transforms (limit: {TRANSFORMS})"
            )

    @property
    def bytes(self) -> int:
        """Return about how many bytes the write adds to a request."""
        return len(self.path) + sum(size({".".join(names): one}) for names, one in self.values)

    def _without_transforms(self, value: Value, at: Names) -> Value:
        """Return the plain value; transforms at any depth are applied after it."""
        if not isinstance(value, Mapping):
            return value
        plain = {}
        for name, inner in value.items():
            checked_name(name, at)
            if isinstance(inner, DeleteField):
                raise ValueError(f"field {spelled((*at, name))}: removed inside a map value")
            if isinstance(inner, Transform):
                self.transforms.append(((*at, name), _checked(inner, (*at, name))))
            else:
                plain[name] = self._without_transforms(inner, (*at, name))
        return plain

    def applied(self, fields: Fields | None, time: datetime) -> Fields | None:
        """Return the document after this write; None is a document that does not exist.

        Raises ``StoreRejected`` if it would be larger than a document may be.
        """
        if isinstance(self.write, Delete):
            return None
        after: Fields = {} if fields is None or isinstance(self.write, Set) else deep_copy(fields)
        for names, value in self.values:
            _put(after, names, deep_copy(value))
        for names in self.removed:
            _remove(after, names)
        for names, transform in self.transforms:
            _put(after, names, transformed(transform, field_value(after, names), time))
        check_document_size(self.path, after)
        return after


MISSING: Any = object()
"""The value of a missing field, distinct from null."""


def field_value(fields: Fields, names: Names) -> Value:
    """Return the value at a field path, or ``MISSING``."""
    value: Value = fields
    for name in names:
        if not isinstance(value, dict) or name not in value:
            return MISSING
        value = value[name]
    return value


def transformed(transform: Transform, before: Value, time: datetime) -> Value:
    """Return a field's value after a transform; the value before may be ``MISSING``."""
    if isinstance(transform, ServerTime):
        # Firestore gives the request's time, to the millisecond.
        return time.replace(microsecond=time.microsecond // 1_000 * 1_000)
    if isinstance(transform, Increment):
        if isinstance(before, bool) or not isinstance(before, int | float):
            return transform.by
        total = before + transform.by
        return max(INT64_MIN, min(INT64_MAX, total)) if isinstance(total, int) else total
    kept: list[Value] = list(before) if isinstance(before, list) else []
    if isinstance(transform, ArrayUnion):
        there = {order_key(value) for value in kept}
        for value in transform.values:
            if (key := order_key(value)) not in there:
                there.add(key)
                kept.append(copied(value))
        return kept
    if isinstance(transform, ArrayRemove):
        gone = {order_key(value) for value in transform.values}
        return [value for value in kept if order_key(value) not in gone]
    raise TypeError(f"no transform known as {type(transform).__name__}")


def _checked(transform: Transform, at: Names) -> Transform:
    if isinstance(transform, Increment):
        copied(transform.by, at)
    elif isinstance(transform, ArrayUnion | ArrayRemove):
        copied(transform.values, at)
    return transform


def _check_operand(transform: Transform, at: Names) -> None:
    if isinstance(transform, ArrayUnion | ArrayRemove):
        check_kept(copied(transform.values, at), at)
    elif isinstance(transform, Increment):
        by = transform.by
        if isinstance(by, bool) or not isinstance(by, int | float):
            raise StoreRejected(f"field {spelled(at)}: an increment by {by!r}, which is no number")


def _put(fields: Fields, names: Names, value: Value) -> None:
    for name in names[:-1]:
        inner = fields.get(name)
        if not isinstance(inner, dict):
            # Firestore replaces a plain value on the path by a map.
            inner = fields[name] = {}
        fields = inner
    fields[names[-1]] = value


def _remove(fields: Fields, names: Names) -> None:
    for name in names[:-1]:
        inner = fields.get(name)
        if not isinstance(inner, dict):
            return
        fields = inner
    fields.pop(names[-1], None)
