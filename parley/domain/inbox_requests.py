"""Requests about many cases at once, validated before anything is read."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from parley.domain.request_fields import AskedTime, ChatId
from parley.domain.requests import UpdateCase
from schema import limits
from schema.base import DrawnId, Model, ServiceId, Uid, exactly_one
from schema.chats import ChatState
from schema.staff_shelf import CaseView

UNDO = "undo-"
"""Begins the id of a job that takes another one back, so the other's id leaves room for it."""


NamedCases = Annotated[list[ChatId], Field(min_length=1, max_length=limits.BULK_NAMED)]


class FindCases(Model):
    """``findCases``: the cases of people who match, in a view; ``cursor`` is the page before's."""

    service_id: ServiceId
    where: dict[str, Any]
    view: CaseView | None = None
    assignee_id: Uid | None = None
    state: ChatState | None = None
    cursor: Uid | None = None

    @model_validator(mode="after")
    def _is_one_view(self) -> Self:
        _require_one_view(self.view, self.assignee_id, self.state)
        return self


class CasesToChange(Model):
    """Which cases a bulk job changes: a view's, of matching people, of both, or named ones."""

    view: CaseView | None = None
    assignee_id: Uid | None = None
    where: dict[str, Any] | None = None
    state: ChatState | None = None
    chat_ids: NamedCases | None = None
    except_chat_ids: NamedCases | None = None

    @model_validator(mode="after")
    def _is_one_selection(self) -> Self:
        matching = self.where if self.view is None else self.view
        exactly_one("cases", {"view or where": matching, "chatIds": self.chat_ids})
        if self.state is not None and self.where is None:
            raise PydanticCustomError("no_where", "state goes with where")
        if self.except_chat_ids is not None and matching is None:
            raise PydanticCustomError("no_match", "exceptChatIds goes with view or where")
        _require_one_view(self.view, self.assignee_id, self.state)
        return self


def _require_one_view(
    view: CaseView | None, assignee_id: str | None, state: ChatState | None
) -> None:
    if state is not None and view is not None:
        raise PydanticCustomError("two_views", "state goes without a view, which names a state")
    if assignee_id is not None and view != "mine":
        raise PydanticCustomError("no_view", "assigneeId goes with the view mine")


class CaseChanges(Model):
    """What becomes of each case, as in ``updateCase``."""

    state: ChatState | None = None
    snoozed_until: AskedTime | None = None
    until_reply: Literal[True] | None = None
    assignee_id: Uid | None = None

    @model_validator(mode="after")
    def _is_a_change(self) -> Self:
        self.of("cases")
        return self

    def of(self, chat_id: str) -> UpdateCase:
        """Return the request that makes these changes of one case."""
        return UpdateCase(chat_id=chat_id, **self.named())

    def named(self) -> dict[str, Any]:
        """Return the fields that were named; null names nobody, and nothing else."""
        return {
            name: value
            for name in self.model_fields_set
            if (value := getattr(self, name)) is not None or name == "assignee_id"
        }


class UpdateCases(Model):
    """``updateCases``: change all cases that match by a job. The same ``jobId`` is the same job."""

    service_id: ServiceId
    cases: CasesToChange
    changes: CaseChanges
    job_id: Annotated[DrawnId, Field(max_length=limits.BULK_JOB_ID)] | None = None


class UndoBulkJob(Model):
    """``undoBulkJob``: put back what a job changed, where nobody changed it since."""

    service_id: ServiceId
    job_id: DrawnId


class CancelBulkJob(Model):
    """``cancelBulkJob``: end a job; what it changed stays."""

    service_id: ServiceId
    job_id: DrawnId
