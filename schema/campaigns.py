"""``campaignQueue/{campaignId}``: a campaign as staff write it, with all checks of its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from schema import limits
from schema.audience_filters import Filter
from schema.base import (
    Body,
    ClosedDocument,
    DrawnId,
    Length,
    MaybeDouble,
    NewTitle,
    Purpose,
    ServiceId,
    Shown,
    Time,
    Topic,
    Uid,
    UniqueName,
    shape_by_key,
)
from schema.messages import Attachments
from schema.one_line import OneLine
from schema.patches import Patch, patch
from schema.sending_window import SendingWindow

CampaignKind = Literal["group", "individual", "oneWay"]
CampaignChannel = Literal["chat", "sms"]
Command = Literal["start", "pause", "resume", "cancel"]


class AllAudience(ClosedDocument):
    """Everybody in the service."""

    all: Literal[True]


class UserIdsAudience(ClosedDocument):
    """These people."""

    user_ids: Annotated[list[Uid], Field(max_length=limits.CAMPAIGN_USER_IDS)]


class ListAudience(ClosedDocument):
    """A distribution list of the service."""

    list_id: DrawnId


class FilterAudience(ClosedDocument):
    """The people who match a filter."""

    where: Filter


Audience = Annotated[
    Annotated[UserIdsAudience, Tag("<userIds>")]
    | Annotated[ListAudience, Tag("<listId>")]
    | Annotated[FilterAudience, Tag("<where>")]
    | Annotated[AllAudience, Tag("<all>")],
    shape_by_key("userIds", "listId", "where", otherwise="all"),
]
"""Exactly one form."""


class CampaignMessage(ClosedDocument):
    """The text and its attachments. ``body`` and ``title`` are Liquid templates.

    A body that renders to nothing visible fails for the recipient, so a blank body is valid here.
    """

    body: Body
    title: NewTitle | None = None
    attachments: Attachments | None = None


class CampaignChat(ClosedDocument):
    """The chat of a ``group`` campaign; ``unique_name`` finds an existing one."""

    title: NewTitle
    topic: Topic | None = None
    unique_name: UniqueName | None = None


class Schedule(ClosedDocument):
    """The time of sending: not before ``start_at``, before ``expire_at``, within ``window``."""

    start_at: Time | None = None
    expire_at: Time | None = None
    window: SendingWindow | None = None

    @model_validator(mode="after")
    def _starts_before_it_expires(self) -> Self:
        if self.start_at and self.expire_at and self.start_at >= self.expire_at:
            raise PydanticCustomError("schedule_order", "startAt must be before expireAt")
        return self


class Throttle(ClosedDocument):
    """The most recipients a minute, over all workers together."""

    per_minute: Annotated[int, Field(ge=1, le=limits.THROTTLE_PER_MINUTE), MaybeDouble]


class Fallback(ClosedDocument):
    """When a person whom the first channel did not reach gets the second channel."""

    after_minutes: Annotated[int, Field(ge=1, le=limits.FALLBACK_MINUTES), MaybeDouble]


class CampaignJob(ClosedDocument):
    """The job. Only ``command`` may change later."""

    service_id: ServiceId
    created_by: Uid
    created_at: Time
    name: Annotated[str, Length(1, limits.CAMPAIGN_NAME), Shown(), OneLine()]
    kind: CampaignKind
    channels: Annotated[list[CampaignChannel], Field(min_length=1, max_length=2)]
    purpose: Purpose
    audience: Audience
    message: CampaignMessage
    chat: CampaignChat | None = None
    schedule: Schedule | None = None
    throttle: Throttle | None = None
    fallback: Fallback | None = None
    command: Command

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if len(set(self.channels)) < len(self.channels):
            raise PydanticCustomError("channels", "channels must not name a channel twice")
        if self.kind != "oneWay" and self.channels != ["chat"]:
            raise PydanticCustomError(
                "channels",
                'a campaign of kind {kind} has channels ["chat"]; SMS is for oneWay',
                {"kind": self.kind},
            )
        if self.kind == "group" and self.chat is None:
            raise PydanticCustomError("chat", "chat is missing: a group campaign needs its title")
        if self.kind != "group" and self.chat is not None:
            raise PydanticCustomError(
                "chat", "chat is for kind group alone, and kind is {kind}", {"kind": self.kind}
            )
        if self.fallback is not None and len(self.channels) < 2:
            raise PydanticCustomError(
                "fallback",
                "fallback needs two channels, and there is only {channel}",
                {"channel": self.channels[0]},
            )
        return self


def completed_job(
    job: Mapping[str, Any], *, created_by: str, created_at: datetime
) -> dict[str, Any]:
    """Return a job with the fields that are added when it is written."""
    return {**job, "createdBy": created_by, "createdAt": created_at, "command": "start"}


def job_for_people(job: Mapping[str, Any], uids: Sequence[str]) -> dict[str, Any]:
    """Return a job for these people alone, without its schedule and throttle."""
    kept = {name: value for name, value in job.items() if name not in ("schedule", "throttle")}
    return {**kept, "audience": {"userIds": list(uids)}}


def command_patch(command: str) -> Patch:
    """Return the one field of a job that may change later."""
    return patch(command=command)
