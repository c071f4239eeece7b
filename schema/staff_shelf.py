"""What the staff of a service keep for later: answers, views of the inbox, drafts of campaigns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from schema import limits
from schema.audience_filters import Filter
from schema.base import DisplayName, Document, Length, Matches, Time, Uid
from schema.services import StaffRole

CaseView = Literal["mine", "unassigned", "unread", "unanswered", "open", "snoozed", "closed", "all"]
"""The fixed views of the inbox. The first five show open cases."""


class CannedAnswer(Document):
    """``services/{serviceId}/cannedAnswers/{id}``: a text in Liquid, found by its shortcut."""

    shortcut: Annotated[str, Matches(r"^[a-z0-9-]{1,32}$", "1 to 32 of a-z, 0-9 and -")]
    name: DisplayName
    body: Annotated[str, Length(1, limits.CHAT_BODY)]
    updated_at: Time
    updated_by: Uid


class SavedView(Document):
    """``services/{serviceId}/savedViews/{id}``: a view that staff named.

    ``shared_with``: the roles that see it beside its author. The server reads ``where`` when the
    view is asked for.
    """

    name: DisplayName
    created_by: Uid
    created_at: Time
    shared_with: Annotated[list[StaffRole], Field(max_length=4)] | None = None
    view: CaseView | None = None
    assignee_id: Uid | None = None
    where: Filter | None = None


class CampaignDraft(Document):
    """``services/{serviceId}/campaignDrafts/{id}``: a campaign that is still being written.

    ``job`` holds what is known so far of a document of ``campaignQueue``.
    """

    name: DisplayName
    job: dict[str, Any]
    step: Annotated[str, Length(1, limits.DRAFT_STEP)] | None = None
    created_by: Uid
    created_at: Time
    updated_by: Uid
    updated_at: Time
