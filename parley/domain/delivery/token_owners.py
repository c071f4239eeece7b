"""Decide who owns a push token: a phone belongs to the person who registered it last.

Pure. People register devices in their own documents, so two of them hold one token after a phone
changed hands. ``pushTokenOwners`` names the owner of each token. The commit that passes a token on
changes that document under a precondition, and removes the device from the earlier holder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from parley.domain.delivery.push import Device
from parley.store import DELETE_FIELD, MUST_NOT_EXIST, Delete, Set, Update, UpdatedAt, Write
from schema import paths
from schema.patches import PathPatch
from schema.push_tokens import (
    PushDevice,
    PushTokens,
    push_token_owner_fields,
    remove_device_patch,
)

_NOTHING: Mapping[str, datetime] = MappingProxyType({})

_Registration = tuple[datetime, str, str]
"""When a token was registered, by whom, and for which installation. The greatest owns it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person's devices as they were read; ``update_time`` fences a removal."""

    uid: str
    devices: Mapping[str, PushDevice]
    update_time: datetime | None = None

    def registrations(self, token: str) -> list[_Registration]:
        """Return a registration for each installation under which this person holds a token."""
        return [
            (device.updated_at, self.uid, installation_id)
            for installation_id, device in self.devices.items()
            if device.token == token
        ]

    @property
    def tokens(self) -> set[str]:
        """The tokens of all devices."""
        return {device.token for device in self.devices.values()}


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a token as it was read; ``update_time`` fences a change."""

    uid: str
    update_time: datetime


def claim_tokens(
    holder: Holder,
    owners: Mapping[str, Owner],
    others: Sequence[Holder],
    given_up: Mapping[str, datetime] = _NOTHING,
) -> list[Write]:
    """Return the one commit that leaves each token of ``holder`` with its last registration.

    ``owners`` has an entry for each token that has an owner, of the holder's and of ``given_up``.
    ``others`` are those owners, and other people who may hold one of the tokens. ``given_up`` are
    tokens that the holder no longer has, with the time of their registration: earlier holders do
    not get them back. Returns no writes if nothing is to change. Several installations of one
    person may hold a token, since their app wrote them; push uses one of them.
    """
    holders = {one.uid: one for one in (holder, *others)}
    writes: list[Write] = []
    lost: list[_Registration] = []
    for token in sorted(holder.tokens | given_up.keys()):
        held = [one for each in holders.values() for one in each.registrations(token)]
        latest = max(held, default=None)
        if latest is not None and token not in holder.tokens and latest[0] < given_up[token]:
            latest = None
        lost += [one for one in held if latest is None or one[1] != latest[1]]
        writes += _owner_writes(token, latest[1] if latest is not None else None, owners.get(token))
    return [*writes, *_removals(lost, holders)]


def devices_of(people: Mapping[str, PushTokens]) -> dict[str, list[Device]]:
    """Return each person's devices to push to; a token only for its last registration."""
    latest: dict[str, _Registration] = {}
    for uid, tokens in people.items():
        for installation_id, device in tokens.devices.items():
            registration = (device.updated_at, uid, installation_id)
            held = latest.get(device.token)
            if held is None or registration > held:
                latest[device.token] = registration
    return {
        uid: [
            Device(uid=uid, installation_id=name, token=device.token, kind=device.kind)
            for name, device in tokens.devices.items()
            if latest[device.token] == (device.updated_at, uid, name)
        ]
        for uid, tokens in people.items()
    }


def is_registration(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Tell whether a write of ``userPushTokens`` changed a device, and not only a mute."""
    return bool(before.get("devices") != after.get("devices"))


def tokens_given_up(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, datetime]:
    """Return the tokens that a write removed, with the time of their registration."""
    kept = dict(_stored_tokens(after))
    return {token: at for token, at in _stored_tokens(before) if token not in kept}


def _stored_tokens(fields: Mapping[str, Any]) -> list[tuple[str, datetime]]:
    """Return tokens with their times, sorted; none for a document that cannot be parsed."""
    devices = PushTokens.readable(fields).devices.values()
    return sorted((device.token, device.updated_at) for device in devices)


def _owner_writes(token: str, uid: str | None, owner: Owner | None) -> list[Write]:
    """Make ``uid`` the owner of a token, or nobody if None; no writes if it is so already."""
    path = paths.push_token_owner(token)
    if owner is None:
        return [] if uid is None else [Set(path, push_token_owner_fields(uid), MUST_NOT_EXIST)]
    if uid is None:
        return [Delete(path, UpdatedAt(owner.update_time))]
    if uid == owner.uid:
        return []
    return [Update(path, push_token_owner_fields(uid), UpdatedAt(owner.update_time))]


def _removals(lost: Iterable[_Registration], holders: Mapping[str, Holder]) -> list[Write]:
    """Return one write for each person who loses devices; mutes and other devices stay."""
    removed: dict[str, PathPatch] = {}
    for _, uid, installation_id in lost:
        removed.setdefault(uid, {}).update(remove_device_patch(installation_id, DELETE_FIELD))
    return [
        Update(paths.push_tokens(uid), removal, UpdatedAt(update_time))
        for uid, removal in removed.items()
        if (update_time := holders[uid].update_time) is not None
    ]
