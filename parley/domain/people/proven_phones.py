"""Whose a phone number is: theirs who proved it, or else theirs who stated it first. Pure.

People state their number in ``users/{uid}``, and nobody checks more than its form. It is proven if
their account signs in by it, if staff imported it, or if an SMS from it made the person's record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from parley.domain.delivery.phone_numbers import canonical_number
from parley.store import Snapshot
from schema.users import PHONE_SINCE, PROVEN_PHONE

HOLDER_FIELDS: Final = ("phone", PROVEN_PHONE, PHONE_SINCE, "createdAt")
"""The fields of a ``ServiceUser`` that are looked at here."""

_NEVER = datetime.max.replace(tzinfo=UTC)


def is_proven(record: Mapping[str, Any]) -> bool:
    """Return whether the number of a ``ServiceUser`` is surely theirs."""
    phone, proven = record.get("phone"), record.get(PROVEN_PHONE)
    if not isinstance(phone, str) or not isinstance(proven, str):
        return False
    return phone == proven or canonical_number(phone) == canonical_number(proven)


def proves_number(person: Snapshot | None) -> bool:
    """Return whether somebody has a ``ServiceUser`` whose number is surely theirs."""
    return person is not None and is_proven(person.fields)


def rank(record: Mapping[str, Any]) -> tuple[bool, datetime]:
    """Return the place of somebody among those with their number; the smallest comes first."""
    since = record.get(PHONE_SINCE) or record.get("createdAt")
    return not is_proven(record), since if isinstance(since, datetime) else _NEVER


def holders(people: Sequence[Snapshot]) -> list[Snapshot]:
    """Return whose consents count for a number, of all who have it.

    All who proved it, or else the one who stated it first: what a later one states neither refuses
    nor grants for others.
    """
    in_order = sorted(people, key=lambda one: rank(one.fields))
    proven = [one for one in in_order if is_proven(one.fields)]
    return proven or in_order[:1]
