"""``upkeep/lease`` and ``upkeep/results``: which process runs the tasks, and how far one came."""

from __future__ import annotations

from typing import Any

from schema.base import Document, Time
from schema.patches import UNSET, Patch, Unset, patch
from schema.recipients import Number


class UpkeepLease(Document):
    """The lease, for the server alone. Its age is the age of the document's last write.

    ``token`` is the fencing token: it rises each time that the lease changes hands. ``holder`` is
    the id that a process draws when it starts, or None after a holder released the lease.
    """

    token: Number
    holder: str | None = None


class ResultsCursor(Document):
    """``upkeep/results``: receipts read by this time are in the ledger; for the server alone."""

    read_to: Time


def lease_patch(
    *,
    token: int | Unset = UNSET,
    holder: str | Unset | None = UNSET,
    renewals: Any = UNSET,
    renewed_at: Any = UNSET,
) -> Patch:
    """Return a partial write of an ``UpkeepLease``.

    ``renewals`` rises with each renewal, so that each one changes a value.
    """
    return patch(token=token, holder=holder, renewals=renewals, renewed_at=renewed_at)


def cursor_patch(*, read_to: Any) -> Patch:
    """Return a write of a ``ResultsCursor``."""
    return patch(read_to=read_to)
