"""People: the private record, the public profile, blocks, and a service's record of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

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
    present,
)
from schema.patches import UNSET, Patch, PathPatch, Unset, patch
from schema.replies import AwaitedReply
from schema.sms_usage import SmsSent

WhoMayAdd = Literal["everyone", "contacts", "nobody"]
"""Who may put a person into a group at once. Contacts have a direct chat with them."""

UNNAMED = "Someone"
"""The name shown for a person without one."""


class User(Document):
    """``users/{uid}``: written by that user, except for the last three fields.

    Clients write ``locale`` (BCP 47) and ``time_zone`` (IANA) unchecked: readers ignore unknown
    names. ``who_may_add_me`` is ``contacts`` unless they say otherwise. ``proven_phone`` is a
    number by which their account signs in: while ``phone`` is the same, it is surely theirs.
    """

    display_name: DisplayName
    phone: E164 | None = None
    email: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    created_at: Time
    last_seen_at: Time | None = None
    who_may_add_me: WhoMayAdd | None = None
    proven_phone: E164 | None = None
    service_ids: list[ServiceId] | None = None
    deleted_at: Time | None = None


class Profile(Document):
    """``profiles/{uid}``: readable by any signed-in user."""

    display_name: DisplayName
    photo_url: str | None = None
    last_seen_at: Time | None = None


class UserBlock(Document):
    """``userBlocks/{uid}/blocked/{otherUid}``: exists while ``uid`` blocks ``otherUid``."""

    created_at: Time


class BlockedBy(Document):
    """``blockedBy/{uid}``: the people who block ``uid``, as keys. The server's own.

    It follows the blocks themselves within seconds, and holds no more than
    ``limits.BLOCKERS_KNOWN``.
    """

    by: dict[str, bool] = Field(default_factory=dict)


def blocked_by_fields(uid: str) -> dict[str, Any]:
    """Return the fields of a ``BlockedBy`` with its first person."""
    return {"by": {uid: True}}


def blocker_patch(uid: str, value: Any) -> PathPatch:
    """Add a person who blocks with True, or remove them with the store's deletion."""
    return {("by", uid): value}


class Hold(Document):
    """``holds/{uid}``: until when a person writes no blocks and creates no direct chats.

    ``holds/{uid}:deletions``: until when they delete none of their messages. The server's own, read
    by rules.
    """

    until: Time


def hold_fields(until: Any) -> dict[str, Any]:
    """Return the fields of a ``Hold``."""
    return {"until": until}


class Consent(Document):
    """A person's consent to messages of one purpose on one channel.

    ``source`` is a ``ConsentSource``, or what a program wrote past the server. ``took``: an opt-out
    by SMS took back a consent that stood; opting in again restores it.
    """

    granted: bool
    at: Time
    source: str
    took: bool | None = None


class ServiceUser(Document):
    """``services/{serviceId}/users/{uid}``: everything needed to send to a person, in one read.

    ``recent_campaigns`` holds when each campaign that counts towards the frequency cap was sent.
    ``imported_fields`` are the contact fields that came from an import, so that they stay while the
    person's own record has none. ``proven_phone`` is the number that is known to be the person's,
    from their sign-in, an import, or an SMS of theirs; ``phone_since`` is when they stated
    ``phone``, if not at the beginning. ``sms_sent`` counts the SMS of a day, and
    ``texted_by`` holds the campaigns whose SMS an SMS of the person would answer. In the service of
    everybody ``mirrored_at`` is when a change was last carried into all services, and
    ``mirror_due_at`` when a later one will be.
    """

    uid: Uid
    display_name: DisplayName
    phone: E164 | None = None
    proven_phone: E164 | None = None
    phone_since: Time | None = None
    email: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    attributes: Attributes = Field(default_factory=dict)
    tags: Annotated[list[str], Field(max_length=limits.USER_TAGS)] = Field(default_factory=list)
    consents: dict[Channel, dict[Purpose, Consent]] = Field(default_factory=dict)
    created_at: Time
    last_seen_at: Time | None = None
    who_may_add_me: WhoMayAdd | None = None
    recent_campaigns: dict[str, Time] | None = None
    imported_fields: list[str] | None = None
    sms_sent: SmsSent | None = None
    texted_by: dict[str, AwaitedReply] | None = None
    mirrored_at: Time | None = None
    mirror_due_at: Time | None = None


RECENT_CAMPAIGNS = "recentCampaigns"
"""The field of a ``ServiceUser`` that counts campaigns towards the frequency cap."""

IMPORTED_FIELDS = "importedFields"
"""The field of a ``ServiceUser`` that names its contact fields from imports."""

TEXTED_BY = "textedBy"
"""The field of a ``ServiceUser`` with an ``AwaitedReply`` for each campaign by SMS."""

MIRRORED_AT = "mirroredAt"
MIRROR_DUE_AT = "mirrorDueAt"
"""The fields of a ``ServiceUser`` that hold the pace of mirroring."""

PROVEN_PHONE = "provenPhone"
"""The field of a ``User``, and of a ``ServiceUser``, with the number that is surely theirs."""

PHONE_SINCE = "phoneSince"
"""The field of a ``ServiceUser`` with the time from which they have stated their number."""

WHO_MAY_ADD_ME = "whoMayAddMe"
"""The field of a ``User``, and of a ``ServiceUser``, that says who may add them to groups."""

MIRRORED_FIELDS = (
    "displayName",
    "phone",
    PROVEN_PHONE,
    "email",
    "locale",
    "timeZone",
    "lastSeenAt",
    WHO_MAY_ADD_ME,
)
"""The fields that a service's record copies from ``users/{uid}``."""


def mirrored_fields(user: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mirrored fields of a ``users/{uid}`` document; None for a missing one."""
    return {name: user.get(name) for name in MIRRORED_FIELDS}


def service_user_fields(*, uid: str, user: Mapping[str, Any], created_at: Any) -> dict[str, Any]:
    """Return a new ``ServiceUser`` for a person new to the service."""
    known = {name: value for name, value in mirrored_fields(user).items() if value is not None}
    fresh = {"attributes": {}, "tags": [], "consents": {}, "createdAt": created_at}
    return {"displayName": UNNAMED, "uid": uid, **known, **fresh}


def imported_user_fields(
    fresh: Mapping[str, Any],
    *,
    contact: Mapping[str, str],
    attributes: Mapping[str, Any],
    tags: list[str],
    consents: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a new ``ServiceUser`` with what an import says about the person."""
    imported = {IMPORTED_FIELDS: sorted(contact)} if contact else {}
    told = {"attributes": dict(attributes), "tags": tags, "consents": dict(consents)}
    return {**fresh, **contact, **told, **imported}


def texting_user_fields(
    *,
    uid: str,
    phone: str,
    display_name: str,
    created_at: Any,
    consents: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a new ``ServiceUser`` for the holder of an unknown number who sent an SMS."""
    known = {"displayName": display_name, "phone": phone, PROVEN_PHONE: phone}
    fresh = service_user_fields(uid=uid, user=known, created_at=created_at)
    return {**fresh, "consents": dict(consents), IMPORTED_FIELDS: sorted(known)}


def consent_fields(
    *, granted: bool, at: Any, source: str, took: bool | None = None
) -> dict[str, Any]:
    """Return a ``Consent``; ``at`` may be a transform of the store."""
    return {"granted": granted, "at": at, "source": source} | present(took=took)


def consents_patch(changed: Mapping[tuple[Channel, Purpose], Mapping[str, Any]]) -> PathPatch:
    """Return changed consents of a ``ServiceUser``, by channel and purpose."""
    return {
        ("consents", channel, purpose): dict(entry) for (channel, purpose), entry in changed.items()
    }


def sms_sent_patch(fields: Mapping[str, Any]) -> Patch:
    """Return another ``sms_sent`` of a ``ServiceUser``."""
    return patch(sms_sent=dict(fields))


def texted_by_patch(campaign_id: str, *, batch_id: str, at: Any) -> PathPatch:
    """Note in a ``ServiceUser`` that an SMS of this campaign may be answered."""
    return {(TEXTED_BY, campaign_id): {"batchId": batch_id, "at": at}}


def not_texted_by_patch(campaign_ids: Iterable[str], *, delete_field: Any) -> PathPatch:
    """Forget the SMS of these campaigns; ``delete_field`` is the store's transform."""
    return {(TEXTED_BY, campaign_id): delete_field for campaign_id in campaign_ids}


def sms_sent_count_patch(count: Any) -> PathPatch:
    """Return another ``count`` of ``sms_sent``; it may be a store's transform."""
    return {("smsSent", "count"): count}


def user_patch(*, service_ids: Any = UNSET, proven_phone: str | Unset = UNSET) -> Patch:
    """Return changed fields of a ``User``; ``service_ids`` may be a transform of the store."""
    return patch(service_ids=service_ids, proven_phone=proven_phone)
