"""``userPushTokens/{uid}``: a person's devices and muted chats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from schema import limits
from schema.base import Document, Length, Purpose, Time, Uid
from schema.patches import PathPatch

TokenKind = Literal["fcmToken", "fid"]
Platform = Literal["ios", "android", "web"]
Mentions = Literal["always", "unlessMuted"]
_MENTIONS = get_args(Mentions)


class PushDevice(Document):
    """An installation of the app. ``kind`` tells an FCM token from an installation id."""

    token: Annotated[str, Length(1, limits.PUSH_TOKEN)]
    kind: TokenKind
    platform: Platform
    locale: str | None = None
    updated_at: Time


class PushTokenOwner(Document):
    """``pushTokenOwners/{SHA-256 of the token}``: the person who holds a push token."""

    uid: Uid


class PushTokens(Document):
    """``devices`` by installation id; ``muted`` by chat id, for good (true) or until a time.

    ``mentions``: whether a message that mentions the person is pushed in a muted chat too. It is
    unless they choose ``unlessMuted``.

    ``withdrawn``: purposes of push by the service whose consent the person withdrew. The server
    writes it with the consent, so that a push finds it without a read; it may create the document,
    which has no ``devices`` then.
    """

    devices: Annotated[dict[str, PushDevice], Field(max_length=limits.DEVICES)] = Field(
        default_factory=dict
    )
    muted: dict[str, Literal[True] | Time] | None = None
    mentions: Mentions | None = None
    withdrawn: dict[str, dict[Purpose, Literal[True]]] | None = None

    @classmethod
    def readable(cls, fields: Mapping[str, Any]) -> PushTokens:
        """Read leniently: leave out each malformed device, mute or choice, and keep the rest."""
        # Nearly all are well-formed, and one call of the validator is cheap.
        if (whole := cls.parse_or_none(fields)) is not None:
            return whole
        devices, muted = fields.get("devices"), fields.get("muted")
        found = {
            name: device
            for name, held in (devices.items() if isinstance(devices, Mapping) else ())
            if isinstance(held, Mapping) and (device := PushDevice.parse_or_none(held)) is not None
        }
        mutes = {
            chat_id: until
            for chat_id, until in (muted.items() if isinstance(muted, Mapping) else ())
            if until is True or isinstance(until, datetime)
        }
        is_choice = fields.get("mentions") in _MENTIONS
        withdrawn = fields.get("withdrawn")
        return cls.model_construct(
            devices=found,
            muted=mutes,
            mentions=fields["mentions"] if is_choice else None,
            withdrawn={
                service_id: dict.fromkeys(purposes, True)
                for service_id, purposes in (
                    withdrawn.items() if isinstance(withdrawn, Mapping) else ()
                )
                if isinstance(purposes, Mapping)
            },
        )

    def has_withdrawn(self, service_id: str, purpose: Purpose) -> bool:
        """Return whether the person wants no push of this purpose from the service."""
        return purpose in (self.withdrawn or {}).get(service_id, {})


def push_token_owner_fields(uid: str) -> dict[str, Any]:
    """Return the fields of a ``PushTokenOwner``."""
    return {"uid": uid}


def remove_device_patch(installation_id: str, delete_field: Any) -> PathPatch:
    """Remove one device of a person; ``delete_field`` is the store's transform for that."""
    return {("devices", installation_id): delete_field}


def withdrawn_patch(service_id: str, purpose: Purpose, value: Any) -> PathPatch:
    """Note a withdrawn consent to push: ``value`` is True, or the transform that deletes it."""
    return {("withdrawn", service_id, purpose): value}
