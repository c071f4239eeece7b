"""Check paths, fields and documents against Firestore's limits of size, depth and spelling. Pure.

The limits are the documented ones (https://firebase.google.com/docs/firestore/quotas), and every
refusal is a ``StoreRejected``, as the real store answers INVALID_ARGUMENT. The emulator takes more
in these places, where production's documentation is followed instead:

- names and ids of four underscores, and ``__name__`` or ``__type__`` as the target of a transform;
- what a transform makes of a field: its depth, its path, and arrays within arrays;
- document names over 6 KiB, more than 500 transforms of one document, and more than 40,000 index
  entries of one (``firestore_indexes.py``);
- queries of more than 100 clauses, and reading at a time more than an hour ago.

It takes less in one: 4 MiB a request, where production takes 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parley.errors import StoreRejected
from parley.store import Value
from parley.store.checks import spelled
from parley.testing.firestore_values import Names, numeric_id, size, utf8_length
from schema.storable import is_reserved

DEPTH = 20
"""The depth of nested maps and arrays, and the number of names in a field path."""
NAME_BYTES = 1_500
"""An id, or the name of a field."""
PATH_BYTES = 1_500
"""The length of a field path: all names, also those within arrays, with the dots between."""
DOCUMENT_BYTES = 1_048_576
DOCUMENT_NAME_BYTES = 6_144
DOCUMENT_OVERHEAD = 32
"""What Firestore adds to a document's size (``.../docs/firestore/storage-size``)."""
SUBCOLLECTIONS = 100
VALUE_BYTES = 1_048_487
REQUEST_BYTES = 10_485_760
TRANSFORMS = 500


def check_readable(path: str) -> None:
    """Check that a path contains no reserved name."""
    for position, segment in enumerate(path.split("/")):
        if segment in (".", ".."):
            raise StoreRejected(f"{path!r} holds the id {segment!r}")
        is_numeric = position % 2 == 1 and numeric_id(segment) is not None
        if is_reserved(segment) and not is_numeric:
            raise StoreRejected(f"{path!r} holds the id {segment!r}, which is reserved")


def check_writable(path: str) -> None:
    """Check a document path: its form, its length and its depth."""
    check_readable(path)
    segments = path.split("/")
    for segment in segments:
        check_length(segment, NAME_BYTES, lambda text: f"the id {text[:20]!r}...")
    if len(segments) > 2 * SUBCOLLECTIONS:
        raise StoreRejected(f"{path[:60]!r}...: more than {SUBCOLLECTIONS} collections deep")
    check_length(path, DOCUMENT_NAME_BYTES, lambda text: f"the document name {text[:60]!r}...")


def check_field_path(names: Names) -> None:
    """Check a field path of a mask, a query or a selection."""
    if any(map(is_reserved, names)):
        raise StoreRejected(f"field {spelled(names)}: names of the form __*__ are reserved")
    if len(names) > DEPTH:
        raise StoreRejected(f"a field path of {len(names)} names (limit: {DEPTH})")
    path = ".".join(names)
    check_length(path, PATH_BYTES, lambda _: f"the field path {spelled(names)[:60]}...")


def check_compared(value: Value, at: Names) -> None:
    """Check a value that a query compares with; no document holds arrays within arrays."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_name(name, at)
            check_compared(inner, (*at, name))
    elif isinstance(value, list):
        for inner in value:
            check_compared(inner, at)


def check_kept(value: Value, at: Names) -> None:
    """Check a value to be stored at this field path."""
    _check_kept(value, at, utf8_length(".".join(at)), len(at) - 1)


def check_document_size(path: str, fields: dict[str, Value]) -> None:
    """Check the whole document as a write would leave it."""
    total = size(fields) + _name_size(path) + DOCUMENT_OVERHEAD
    if total > DOCUMENT_BYTES:
        raise StoreRejected(f"{path} would have {total} bytes (limit: {DOCUMENT_BYTES})")


def check_request(sizes: Iterable[int]) -> None:
    """Check the size of one call; the number of writes has no limit."""
    if (total := sum(sizes)) > REQUEST_BYTES:
        raise StoreRejected(f"a request of {total} bytes (limit: {REQUEST_BYTES})")


def check_length(text: str, limit: int, describe: Callable[[str], str]) -> None:
    """Raise ``StoreRejected`` if a text is longer than the limit in UTF-8."""
    # Four bytes is the longest that a character gets.
    if 4 * len(text) > limit and (length := utf8_length(text)) > limit:
        raise StoreRejected(f"{describe(text)} has {length} bytes (limit: {limit})")


def _name_size(path: str) -> int:
    return 16 + utf8_length(path) + 1


def _check_name(name: str, at: Names) -> None:
    if is_reserved(name):
        raise StoreRejected(f"field {spelled((*at, name))}: names of the form __*__ are reserved")
    check_length(name, NAME_BYTES, lambda _: f"the name of field {spelled((*at, name))[:60]}...")


def _check_kept(value: Value, at: Names, path_bytes: int, depth: int) -> None:
    if path_bytes > PATH_BYTES:
        raise StoreRejected(f"field {spelled(at)[:60]}...: a path of {path_bytes} bytes")
    if isinstance(value, str | bytes):
        length = len(value) if isinstance(value, bytes) else utf8_length(value)
        if length > VALUE_BYTES:
            raise StoreRejected(f"field {spelled(at)}: {length} bytes (limit: {VALUE_BYTES})")
        return
    if not isinstance(value, dict | list):
        return
    if depth == DEPTH:
        raise StoreRejected(f"field {spelled(at)[:60]}...: nested deeper than {DEPTH} levels")
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_name(name, at)
            _check_kept(inner, (*at, name), path_bytes + 1 + utf8_length(name), depth + 1)
        return
    for inner in value:
        if isinstance(inner, list):
            raise StoreRejected(f"field {spelled(at)}: an array directly within an array")
        _check_kept(inner, at, path_bytes, depth + 1)
