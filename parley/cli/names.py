"""Check names on the command line that become parts of ids."""

from __future__ import annotations

from parley.cli.output import Failed
from schema import ids


def require_name(what: str, value: str) -> str:
    """Return a value that can be a uid or a service id; raise ``Failed`` for any other."""
    if problem := _problem(value):
        raise Failed(f"{what} {value!r} cannot be used: {problem}")
    return value


def _problem(value: str) -> str | None:
    if not value:
        return "it is empty"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "it is not well-formed Unicode"
    for separator in (":", "/"):
        if separator in value:
            return f"it holds {separator!r}, which separates the parts of ids and paths"
    if value in ids.RESERVED_NAMES:
        return f"the words {', '.join(ids.RESERVED_NAMES)} are reserved"
    if len(value) > 128:
        return f"it has {len(value)} characters, the limit is 128"
    return None if ids.is_name(value) else "Firestore does not allow such an id"
