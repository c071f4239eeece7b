"""A service's consents as CSV, one row a person, in columns that an import reads. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from parley.domain.people.consent_changes import stored_entry
from parley.domain.people.csv_writing import neutralize, neutralize_phone
from parley.domain.people.import_columns import CONSENTS, EVIDENCE, UID

_PERSON: Final = (UID, "phone", "email")

COLUMNS: Final = (
    *_PERSON,
    *CONSENTS,
    *(f"{name}.{told}" for name in CONSENTS for told in EVIDENCE),
)
"""The person, their consents, and when and how each was given. An import leaves out the last."""

FIELDS: Final = ("phone", "email", "consents")
"""The fields of a ``ServiceUser`` to read."""


def consent_row(uid: str, person: Mapping[str, Any]) -> list[str]:
    """Return a person's row. A consent that was never given, or cannot be read, is empty."""
    entries = {name: stored_entry(person.get("consents"), *told) for name, told in CONSENTS.items()}
    return [
        neutralize(uid),
        neutralize_phone(_text(person.get("phone"))),
        neutralize(_text(person.get("email"))),
        *(_granted(entry) for entry in entries.values()),
        *(
            neutralize(_text(entry.get(told) if entry is not None else None))
            for entry in entries.values()
            for told in EVIDENCE
        ),
    ]


def _granted(entry: Mapping[str, Any] | None) -> str:
    granted = entry.get("granted") if entry is not None else None
    return str(granted).lower() if isinstance(granted, bool) else ""


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value if isinstance(value, str) else ""
