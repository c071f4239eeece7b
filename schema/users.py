"""People: the private record, the public profile, blocks, and the person as a silo knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from schema import limits
from schema.base import (
    E164,
    Attributes,
    Channel,
    DisplayName,
    Document,
    Purpose,
    ServiceId,
    Time,
    Uid,
)

UNNAMED = "Someone"
"""Shown for a person who has given no name."""


class User(Document):
    """``users/{uid}``: written by that user but for ``serviceIds`` and ``deletedAt``.

    ``locale`` (BCP 47) and ``time_zone`` (IANA) are as the client wrote them: a reader that does
    not know a name does as if there were none.
    """

    display_name: DisplayName
    phone: E164 | None = None
    email: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    created_at: Time
    last_seen_at: Time | None = None
    service_ids: list[ServiceId] | None = None
    deleted_at: Time | None = None


class Profile(Document):
    """``profiles/{uid}``: what any signed-in user may get."""

    display_name: DisplayName
    photo_url: str | None = None
    last_seen_at: Time | None = None


class UserBlock(Document):
    """``userBlocks/{uid}/blocked/{otherUid}``: it stands while the one blocks the other."""

    created_at: Time


class Consent(Document):
    """Whether a person takes messages of one purpose on one channel; since when, and from where."""

    granted: bool
    at: Time
    source: str


class ServiceUser(Document):
    """``services/{serviceId}/users/{uid}``: all that sending to this person needs, in one read."""

    uid: Uid
    display_name: DisplayName
    phone: E164 | None = None
    email: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    attributes: Attributes = Field(default_factory=dict)
    tags: Annotated[list[str], Field(max_length=limits.USER_TAGS)] = Field(default_factory=list)
    consents: dict[Channel, dict[Purpose, Consent]] = Field(default_factory=dict)
    created_at: Time
    last_seen_at: Time | None = None


MIRRORED_FIELDS = ("displayName", "phone", "email", "locale", "timeZone", "lastSeenAt")
"""What a service's record of a person follows from ``users/{uid}``."""


def mirrored_fields(user: Mapping[str, Any]) -> dict[str, Any]:
    """The mirrored fields of a ``users/{uid}`` document; None for one that is not there."""
    return {name: user.get(name) for name in MIRRORED_FIELDS}


def service_user_fields(*, uid: str, user: Mapping[str, Any], created_at: Any) -> dict[str, Any]:
    """A new ``ServiceUser`` of somebody whom the service did not know."""
    known = {name: value for name, value in mirrored_fields(user).items() if value is not None}
    fresh = {"attributes": {}, "tags": [], "consents": {}, "createdAt": created_at}
    return {"displayName": UNNAMED, "uid": uid, **known, **fresh}
