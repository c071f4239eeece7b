"""Services, with their staff and distribution lists. A service is an isolated tenant."""

from __future__ import annotations

from typing import Annotated, Literal

from schema import limits
from schema.audience_filters import Filter
from schema.base import (
    ClosedDocument,
    DisplayName,
    Document,
    Length,
    Matches,
    MaybeDouble,
    Time,
)
from schema.sending_window import SendingWindow

StaffRole = Literal["owner", "admin", "agent", "viewer"]

PushSound = Annotated[
    str,
    Length(1, limits.PUSH_SOUND),
    Matches(r"^[A-Za-z0-9_-][A-Za-z0-9_. -]*$", "'default' or the name of a sound file in the app"),
]


class PushSettings(ClosedDocument):
    """The push settings of a service. ``sound: null`` plays no sound.

    ``mutableContent`` lets an iOS app's notification service extension change a push before it is
    shown.
    """

    sound: PushSound | None = "default"
    mutable_content: bool = True


class Service(Document):
    """``services/{serviceId}``: written only by callables. ``limits`` override the defaults."""

    name: DisplayName
    kind: Literal["default", "dashboard"]
    webhook: str | None = None
    window: SendingWindow | None = None
    retention_days: Annotated[int, MaybeDouble] | None = None
    sms_sender: str | None = None
    push: PushSettings | None = None
    limits: dict[str, Annotated[int, MaybeDouble]] | None = None
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
