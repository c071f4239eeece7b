"""Tell when a campaign is complete, how far it has come, and why it failed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from schema.reasons import CampaignError, RecipientState


def is_settled(counts: Mapping[str, int], audience_count: int) -> bool:
    """Return whether the recipients in terminal states make up the audience."""
    terminal = sum(n for state, n in counts.items() if RecipientState(state).is_terminal)
    return terminal == audience_count


def has_failures(counts: Mapping[str, int]) -> bool:
    """Return whether the campaign ends with errors."""
    return counts.get(RecipientState.FAILED, 0) + counts.get(RecipientState.UNKNOWN, 0) > 0


def remaining(counts: Mapping[str, int]) -> int:
    """Return the number of recipients who are not in a terminal state."""
    return sum(n for state, n in counts.items() if not RecipientState(state).is_terminal)


def rate(done: int, since: datetime, now: datetime) -> float:
    """Return recipients a second."""
    seconds = (now - since).total_seconds()
    return round(done / seconds, 2) if seconds > 0 and done > 0 else 0.0


def estimated_end(now: datetime, left: int, per_second: float) -> datetime | None:
    """Return when the remaining recipients will be done at this rate."""
    return now + timedelta(seconds=left / per_second) if per_second > 0 and left else None


def all_failed_error(
    counts: Mapping[str, int], failed_by: Mapping[str, int], detail: str | None
) -> dict[str, str] | None:
    """Return the status' error if nobody was reached and everybody failed for the same reason."""
    failed = counts.get(RecipientState.FAILED, 0)
    skipped = counts.get(RecipientState.SKIPPED, 0)
    if not failed or failed + skipped != sum(counts.values()) or len(failed_by) != 1:
        return None
    (reason,) = failed_by
    people = "the one person" if failed == 1 else f"all {failed} people"
    beside = f", {skipped} were skipped" if skipped else ""
    why = f": {detail}" if detail else ""
    return {
        "code": str(CampaignError.ALL_FAILED),
        "message": f"{people} failed with {reason}{beside}; nobody got the message{why}",
    }
