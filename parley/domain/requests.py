"""Requests about chats, validated before anything is read. Each error names its field."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from parley.domain.request_fields import STORED_ID, AskedTime, Change, ChatId, NewAttributes, Note
from schema import limits
from schema.base import (
    Matches,
    MemberId,
    Model,
    NewTitle,
    ServiceId,
    SlowModeSeconds,
    Topic,
    Uid,
    UniqueName,
)
from schema.chat_history import HistoryFor
from schema.chats import ChatState
from schema.memberships import MemberRole
from schema.reasons import ReportReason, ReportResolution

MessageId = Annotated[str, Matches(STORED_ID, "a message's id: up to 300 characters, no '/'")]
ReportId = Annotated[str, Matches(r"^[0-9a-f]{32}$", "a report's id: 32 hex digits")]


class CreateGroup(Model):
    """``createGroupChat``: the caller becomes the owner; the others are added or invited."""

    title: NewTitle
    user_ids: Annotated[list[Uid], Field(max_length=limits.MEMBERS_PER_CALL)]
    topic: Topic | None = None
    unique_name: UniqueName | None = None
    attributes: NewAttributes | None = None
    history_for: HistoryFor | None = None


class OpenDirectChat(Model):
    """``openDirectChat``: the other person."""

    user_id: Uid


class OpenCaseChat(Model):
    """``openCaseChat``: the dashboard's service; staff name the user."""

    service_id: ServiceId
    user_id: Uid | None = None


class AddMembers(Model):
    """``addMembers``: people to add or to invite; existing members keep their role."""

    chat_id: ChatId
    user_ids: Annotated[list[Uid], Field(min_length=1, max_length=limits.MEMBERS_PER_CALL)]


class AcceptInvite(Model):
    """``acceptInvite``: the caller joins a group that they were invited to."""

    chat_id: ChatId


class DeclineInvite(Model):
    """``declineInvite``: the invitation goes, and nobody is told."""

    chat_id: ChatId


class RemoveMember(Model):
    """``removeMember``: the member to remove, or the person whose invitation is withdrawn."""

    chat_id: ChatId
    user_id: MemberId


class SetRole(Model):
    """``setRole``: a member and their new role."""

    chat_id: ChatId
    user_id: MemberId
    role: MemberRole


class LeaveChat(Model):
    """``leaveChat``: the caller leaves; with ``as``, their dashboard does."""

    chat_id: ChatId
    as_: Annotated[Literal["service"] | None, Field(alias="as")] = None

    @property
    def as_service(self) -> bool:
        """Return whether the dashboard leaves."""
        return self.as_ is not None


class UpdateChat(Change):
    """``updateChat``: title, topic, attributes, what new members read, and slow mode.

    An empty topic or map clears it. ``slow_mode_seconds``: of groups alone; 0 for none, also where
    the service has chosen one.
    """

    chat_id: ChatId
    title: NewTitle | None = None
    topic: Topic | None = None
    attributes: NewAttributes | None = None
    history_for: HistoryFor | None = None
    slow_mode_seconds: SlowModeSeconds | None = None


class UpdateCase(Change):
    """``updateCase``: ``snoozed`` needs ``snoozedUntil`` or ``untilReply``.

    ``assigneeId: null`` unassigns. With ``expectedAssigneeId`` the case is assigned only if it is
    theirs so far; null stands for nobody, so one of two who claim it wins.
    """

    clearable = frozenset({"assignee_id"})

    chat_id: ChatId
    state: ChatState | None = None
    snoozed_until: AskedTime | None = None
    until_reply: Literal[True] | None = None
    assignee_id: Uid | None = None
    expected_assignee_id: Uid | None = None

    @classmethod
    def _changeable(cls) -> set[str]:
        return super()._changeable() - {"until_reply", "expected_assignee_id"}

    @model_validator(mode="after")
    def _sleeps_until_a_time(self) -> Self:
        if self.state == "snoozed" and self.snoozed_until is None and not self.until_reply:
            raise PydanticCustomError("no_time", "snoozedUntil must say until when it is snoozed")
        if self.state in ("open", "closed") and self.snoozed_until is not None:
            raise PydanticCustomError("no_sleep", "snoozedUntil goes with state snoozed alone")
        if self.until_reply and (self.state != "snoozed" or self.snoozed_until is not None):
            raise PydanticCustomError(
                "no_reply", "untilReply goes with state snoozed, and without snoozedUntil"
            )
        return self

    @model_validator(mode="after")
    def _expects_when_it_assigns(self) -> Self:
        named = self.model_fields_set
        if "expected_assignee_id" in named and "assignee_id" not in named:
            raise PydanticCustomError("no_assignee", "expectedAssigneeId goes with assigneeId")
        return self


class ReportMessage(Model):
    """``reportMessage``: a message and the reason."""

    chat_id: ChatId
    message_id: MessageId
    reason: ReportReason
    comment: Note | None = None


class ResolveReport(Model):
    """``resolveReport``: the decision; without a ``note`` an earlier note is removed."""

    report_id: ReportId
    resolution: ReportResolution
    note: Note | None = None
