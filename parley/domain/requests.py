"""Requests of apps, validated before anything is read. Each error names its field."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from schema import ids, limits
from schema.base import (
    Attributes,
    Channel,
    DrawnId,
    Length,
    Matches,
    MaybeDouble,
    MemberId,
    Model,
    NewName,
    NewTitle,
    Purpose,
    ServiceId,
    Shown,
    Time,
    Topic,
    Uid,
    UniqueName,
)
from schema.channel_settings import EmailSettings, SmsSettings
from schema.chats import ChatState, MemberRole
from schema.reasons import ReportReason, ReportResolution
from schema.reports import Comment
from schema.sending_window import SendingWindow
from schema.services import Budgets, FrequencyCap, PushSettings
from schema.storable import storable

_ID = rf"^(?!(?:{ids.NOT_AN_ID})$)[^/]{{1,300}}$"
"""The longest id is a broadcast chat's: two names of 128 characters and ``:broadcast:``."""

ChatId = Annotated[str, Matches(_ID, "a chat's id: up to 300 characters, no '/'")]
MessageId = Annotated[str, Matches(_ID, "a message's id: up to 300 characters, no '/'")]
ReportId = Annotated[str, Matches(r"^[0-9a-f]{32}$", "a report's id: 32 hex digits")]

NewAttributes = Annotated[Attributes, BeforeValidator(storable)]
Tag = Annotated[str, Length(1, limits.TAG), Shown()]
Note = Annotated[Comment, Shown()]
Webhook = Annotated[
    str, Length(1, limits.WEBHOOK), Matches(r"^https://[^\s]+$", "an address that begins https://")
]
_BEGINS_WITH_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _in_utc(time: datetime) -> datetime:
    """Return the time in UTC; refuse the calendar's first and last hours, which UTC cannot hold."""
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time_range", "must be in the years 1 to 9999, in UTC") from None


def _iso_8601(value: Any) -> Any:
    """As a text alone: pydantic would take a number for seconds, or for milliseconds."""
    if isinstance(value, datetime) or (isinstance(value, str) and _BEGINS_WITH_A_DAY.match(value)):
        return value
    raise PydanticCustomError("time", "must be a time in ISO 8601, such as 2026-12-01T09:00:00Z")


AskedTime = Annotated[Time, BeforeValidator(_iso_8601), AfterValidator(_in_utc)]


def _check_bytes(text: str) -> str:
    """Refuse a file that is too large for an argument."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.IMPORT_ARGUMENT_BYTES:
        raise PydanticCustomError(
            "too_large",
            "must be at most {maximum} bytes and is {size}; upload the file and name its path",
            {"maximum": limits.IMPORT_ARGUMENT_BYTES, "size": size},
        )
    return text


class Change(Model):
    """A request that names the fields to change; at least one.

    Null counts as not named, since some SDKs send it for undefined values. Null removes the value
    of a field in ``clearable``.
    """

    clearable: ClassVar[frozenset[str]] = frozenset()

    @property
    def wanted(self) -> dict[str, Any]:
        """Return the named fields, in the stored spelling."""
        fields = type(self).model_fields
        return {str(fields[name].alias): getattr(self, name) for name in sorted(self._named())}

    def _named(self) -> set[str]:
        return {
            name
            for name in self._changeable() & self.model_fields_set
            if name in self.clearable or getattr(self, name) is not None
        }

    @classmethod
    def _changeable(cls) -> set[str]:
        return {name for name, field in cls.model_fields.items() if not field.is_required()}

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self._named():
            names = sorted(str(type(self).model_fields[name].alias) for name in self._changeable())
            raise PydanticCustomError(
                "nothing_to_change", "must name one of {names}", {"names": ", ".join(names)}
            )
        return self


class CreateGroup(Model):
    """``createGroupChat``: the caller becomes the owner, the others members."""

    title: NewTitle
    user_ids: Annotated[list[Uid], Field(max_length=limits.MEMBERS_PER_CALL)]
    topic: Topic | None = None
    unique_name: UniqueName | None = None
    attributes: NewAttributes | None = None


class OpenDirectChat(Model):
    """``openDirectChat``: the other person."""

    user_id: Uid


class OpenCaseChat(Model):
    """``openCaseChat``: the dashboard's service; staff name the user."""

    service_id: ServiceId
    user_id: Uid | None = None


class AddMembers(Model):
    """``addMembers``: the people who join; existing members keep their role."""

    chat_id: ChatId
    user_ids: Annotated[list[Uid], Field(min_length=1, max_length=limits.MEMBERS_PER_CALL)]


class RemoveMember(Model):
    """``removeMember``: the member to remove."""

    chat_id: ChatId
    user_id: MemberId


class SetRole(Model):
    """``setRole``: a member and their new role."""

    chat_id: ChatId
    user_id: MemberId
    role: MemberRole


class LeaveChat(Model):
    """``leaveChat``: the chat that the caller leaves."""

    chat_id: ChatId


class UpdateChat(Change):
    """``updateChat``: title, topic and attributes. An empty topic or map clears it."""

    chat_id: ChatId
    title: NewTitle | None = None
    topic: Topic | None = None
    attributes: NewAttributes | None = None


class UpdateCase(Change):
    """``updateCase``: ``snoozed`` needs ``snoozedUntil``; ``assigneeId: null`` unassigns."""

    clearable = frozenset({"assignee_id"})

    chat_id: ChatId
    state: ChatState | None = None
    snoozed_until: AskedTime | None = None
    assignee_id: Uid | None = None

    @model_validator(mode="after")
    def _sleeps_until_a_time(self) -> Self:
        if self.state == "snoozed" and self.snoozed_until is None:
            raise PydanticCustomError("no_time", "snoozedUntil must say until when it is snoozed")
        if self.state in ("open", "closed") and self.snoozed_until is not None:
            raise PydanticCustomError("no_sleep", "snoozedUntil goes with state snoozed alone")
        return self


class UpdateServiceUser(Change):
    """``updateServiceUser``: a named map or list replaces the stored one."""

    service_id: ServiceId
    user_id: Uid
    attributes: NewAttributes | None = None
    tags: Annotated[list[Tag], Field(max_length=limits.USER_TAGS)] | None = None


class UpdateService(Change):
    """``updateService``: settings of a service; null removes one, except the name."""

    clearable = frozenset(
        {
            "webhook",
            "window",
            "retention_days",
            "frequency_cap",
            "budgets",
            "sms",
            "email",
            "push",
        }
    )

    service_id: ServiceId
    name: NewName | None = None
    webhook: Webhook | None = None
    window: SendingWindow | None = None
    retention_days: (
        Annotated[int, Strict(), Field(ge=1, le=limits.RETENTION_DAYS), MaybeDouble] | None
    ) = None
    frequency_cap: FrequencyCap | None = None
    budgets: Budgets | None = None
    sms: SmsSettings | None = None
    email: EmailSettings | None = None
    push: PushSettings | None = None


class UpdateConsent(Model):
    """``updateConsent``: an answer about one purpose on one channel; staff name the person."""

    service_id: ServiceId
    channel: Channel
    purpose: Purpose
    granted: Annotated[bool, Strict()]
    user_id: Uid | None = None


class ImportPeople(Model):
    """``importPeople``: a CSV file as a text, or by its path in Storage.

    ``mapping`` gives the field of a column by its title; an empty field leaves the column out.
    """

    service_id: ServiceId
    csv: Annotated[str, AfterValidator(_check_bytes)] | None = None
    path: Annotated[str, Length(1, limits.IMPORT_PATH)] | None = None
    mapping: Annotated[dict[str, str], Field(max_length=limits.IMPORT_COLUMNS)] | None = None
    dry_run: Annotated[bool, Strict()] = False
    list_id: DrawnId | None = None

    @model_validator(mode="after")
    def _is_one_file(self) -> Self:
        if (self.csv is None) == (self.path is None):
            raise PydanticCustomError("one_file", "must name either csv or path")
        if self.path is not None:
            prefix = f"imports/{self.service_id}/"
            parts = self.path.removeprefix(prefix).split("/")
            if not self.path.startswith(prefix) or {"", ".", ".."} & set(parts):
                raise PydanticCustomError(
                    "import_path", "path must be a file under {prefix}", {"prefix": prefix}
                )
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
