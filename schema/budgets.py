"""``budgets/{uid}``: what a person's calls have written in the last minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from schema.base import Document, MaybeDouble, Time

BySlot = dict[str, Annotated[int, Field(ge=0), MaybeDouble]]


class CallBudget(Document):
    """The server's own: documents by the slot of time in which calls wrote them.

    ``written``: by groups, joining and imports, which take theirs before they begin. ``changed``:
    by other calls that write more than ``limits.UNRESERVED_WRITES``.
    """

    written: BySlot = Field(default_factory=dict)
    changed: BySlot = Field(default_factory=dict)
    updated_at: Time


def call_budget_fields(
    *, written: Mapping[int, int], changed: Mapping[int, int], updated_at: Any
) -> dict[str, Any]:
    """Return a ``CallBudget``; the time may be a transform of the store."""
    return {
        "written": {str(slot): count for slot, count in written.items()},
        "changed": {str(slot): count for slot, count in changed.items()},
        "updatedAt": updated_at,
    }
