"""``upkeep/recount``: what the last recount of the whole project found; for the server alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schema.base import Document, Time
from schema.recipients import Number


class Recount(Document):
    """``drift`` counts by kind what had drifted; ``checked`` counts chats and campaigns.

    ``by`` is a uid, or ``system`` for the command line.
    """

    at: Time
    by: str
    checked: Number
    drift: dict[str, Number]
    repaired: Number
    unreadable: Number


def recount_fields(
    *, at: Any, by: str, checked: int, drift: Mapping[str, int], repaired: int, unreadable: int
) -> dict[str, Any]:
    """Return a ``Recount``; the time may be a transform of the store."""
    return {
        "at": at,
        "by": by,
        "checked": checked,
        "drift": dict(drift),
        "repaired": repaired,
        "unreadable": unreadable,
    }
