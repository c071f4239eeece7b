"""What a dashboard's row of a case has beside other rows: the fields that views ask for."""

from __future__ import annotations

from typing import Literal

from schema.patches import UNSET, Patch, Unset, patch


def case_row_patch(
    *,
    assignee_id: str | None,
    is_unanswered: bool | Unset = UNSET,
    is_unread: Literal[True] | Unset = UNSET,
) -> Patch:
    """Return what a dashboard's ``UserChat`` of a case has beside others; None for nobody."""
    return patch(assignee_id=assignee_id, is_unanswered=is_unanswered, is_unread=is_unread)
