"""Which documents are in a view of the inbox, by the same conditions as the dashboard's. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.store import Where
from schema.staff_shelf import CaseView

Equality = tuple[str, str | bool | None]
"""A field and the value that it must have; a missing field has none, not even null."""


@dataclass(frozen=True, slots=True)
class InboxView:
    """A fixed view: over the dashboard's rows, which open cases alone have, or over chats.

    ``says``: what such a document must say.
    """

    is_of_rows: bool
    says: tuple[Equality, ...] = ()

    def conditions(self) -> tuple[Where, ...]:
        """Return what a query of the rows or chats asks."""
        return tuple(Where(name, "==", value) for name, value in self.says)

    def holds(self, fields: Mapping[str, Any]) -> bool:
        """Return whether the case of this row or chat is in the view, as a query would say.

        A chat without ``stateAt`` is in none: a campaign opened it, and nobody answered.
        """
        if not self.is_of_rows and fields.get("stateAt") is None:
            return False
        return all(name in fields and fields[name] == value for name, value in self.says)


def inbox_view(name: CaseView, assignee: str) -> InboxView:
    """Return a view by its name; ``assignee`` is whose cases ``mine`` shows."""
    of_rows: dict[str, tuple[Equality, ...]] = {
        "mine": (("assigneeId", assignee),),
        "unassigned": (("assigneeId", None),),
        "unread": (("isUnread", True),),
        "unanswered": (("isUnanswered", True),),
        "open": (),
    }
    if name in of_rows:
        return InboxView(is_of_rows=True, says=of_rows[name])
    return InboxView(is_of_rows=False, says=() if name == "all" else (("state", name),))
