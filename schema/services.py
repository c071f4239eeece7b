"""Services, with their staff and distribution lists. A service is an isolated tenant."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from schema import limits
from schema.audience_filters import Filter
from schema.base import (
    ClosedDocument,
    DisplayName,
    Document,
    Length,
    Matches,
    MaybeDouble,
    Purpose,
    SlowModeSeconds,
    Time,
)
from schema.channel_settings import EmailSettings, SmsSettings
from schema.sending_window import SendingWindow

PERSON_SIGN = "\N{BUST IN SILHOUETTE}"
"""What a push shows before the name of a person who is called like a service; no name of a service
holds it."""

StaffRole = Literal["owner", "admin", "agent", "viewer"]

PushSound = Annotated[
    str,
    Length(1, limits.PUSH_SOUND),
    Matches(r"^[A-Za-z0-9_-][A-Za-z0-9_. -]*$", "'default' or the name of a sound file in the app"),
]


CasePolicy = Literal["everyone", "users"]
"""Who opens a case with a service: everybody who signs in, or its users alone."""


class PushSettings(ClosedDocument):
    """The push settings of a service. ``sound: null`` plays no sound.

    ``mutableContent`` lets an iOS app's notification service extension change a push before it is
    shown.
    """

    sound: PushSound | None = "default"
    mutable_content: bool = True


class FrequencyCap(ClosedDocument):
    """How many messages of one purpose a person gets from all campaigns in so many days."""

    count: Annotated[int, Field(ge=1, le=limits.FREQUENCY_CAP), MaybeDouble]
    days: Annotated[int, Field(ge=1, le=limits.FREQUENCY_CAP_DAYS), MaybeDouble]
    purpose: Purpose = "marketing"


class Budgets(ClosedDocument):
    """How many campaign messages a minute a service sends on a channel, over all its campaigns."""

    chat: Annotated[int, Field(ge=1, le=limits.THROTTLE_PER_MINUTE), MaybeDouble] | None = None
    sms: Annotated[int, Field(ge=1, le=limits.THROTTLE_PER_MINUTE), MaybeDouble] | None = None


class ServiceLimits(ClosedDocument):
    """What people may post in the chats of a service, where that is not the default.

    ``slow_mode_seconds``: of its groups that do not say otherwise, between two posts of a member.
    """

    posts_per_second: (
        Annotated[int, Field(ge=1, le=limits.CHOSEN_POSTS_PER_SECOND), MaybeDouble] | None
    ) = None
    posts_per_minute: (
        Annotated[int, Field(ge=1, le=limits.CHOSEN_POSTS_PER_MINUTE), MaybeDouble] | None
    ) = None
    slow_mode_seconds: SlowModeSeconds | None = None


AddPolicy = Literal["invite", "open"]


class Service(Document):
    """``services/{serviceId}``: written only by callables. ``limits`` override the defaults.

    ``add_policy``: whether strangers are invited to the service's groups, or added at once.
    """

    name: DisplayName
    kind: Literal["default", "dashboard"]
    webhook: str | None = None
    window: SendingWindow | None = None
    frequency_cap: FrequencyCap | None = None
    budgets: Budgets | None = None
    retention_days: Annotated[int, MaybeDouble] | None = None
    sms: SmsSettings | None = None
    email: EmailSettings | None = None
    push: PushSettings | None = None
    case_policy: CasePolicy | None = None
    limits: ServiceLimits | None = None
    add_policy: AddPolicy | None = None
    created_at: Time | None = None


class Staff(Document):
    """``services/{serviceId}/staff/{uid}``: a person who works on the service's dashboard."""

    role: StaffRole
    display_name: DisplayName


class DistributionList(ClosedDocument):
    """``services/{serviceId}/distributionLists/{listId}``: a filter, or ``members`` below it."""

    name: DisplayName
    where: Filter | None = None
    created_at: Time


class ListMember(Document):
    """``.../distributionLists/{listId}/members/{uid}``."""

    added_at: Time


def list_member_fields(*, added_at: Any) -> dict[str, Any]:
    """Return a ``ListMember``; ``added_at`` may be a transform of the store."""
    return {"addedAt": added_at}
