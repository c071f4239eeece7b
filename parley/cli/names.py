"""Names on the command line that become a part of ids."""

from __future__ import annotations

from parley.cli.output import Failed
from schema import ids


def require_name(what: str, value: str) -> str:
    """The value, if it may be a uid or a service id; raises ``Failed`` that says why not."""
    if problem := _problem(value):
        raise Failed(f"{what} {value!r} cannot be used: {problem}")
    return value


def _problem(value: str) -> str | None:
    if not value:
        return "it is empty"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "it is no well-formed Unicode"
    for separator in (":", "/"):
        if separator in value:
            return f"it holds {separator!r}, which separates the parts of ids and paths"
    if value in ids.RESERVED_NAMES:
        return f"the words {', '.join(ids.RESERVED_NAMES)} are reserved"
    if len(value) > 128:
        return f"it has {len(value)} characters, and at most 128 are allowed"
    return None if ids.is_name(value) else "Firestore takes no such id"
