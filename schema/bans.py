"""``bans/{uid}``: who may use nothing of the project any more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from schema import limits
from schema.base import Document, Length, Time, present
from schema.patches import Patch, patch

BanReason = Annotated[str, Length(1, limits.REPORT_TEXT)]


class Ban(Document):
    """A ban, written by a callable and read by the owners of ``default``.

    ``until``: its end, None for good. ``due_at``: when upkeep has to act: the account is not
    disabled yet, or the ban ends.
    """

    reason: BanReason
    by: str
    at: Time
    until: Time | None = None
    due_at: Time | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Return whether the ban is not over."""
        return self.until is None or self.until > now


def ban_fields(*, reason: str, by: str, at: Any, until: Any, due_at: Any) -> dict[str, Any]:
    """Return a new ``Ban``; times may be transforms of the store."""
    return present(reason=reason, by=by, at=at, until=until, due_at=due_at)


def ban_patch(*, due_at: Any) -> Patch:
    """Return when upkeep has to act next."""
    return patch(due_at=due_at)
