"""Load the devices of people, with room for what they may hold."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from parley.domain.delivery.push import Device
from parley.domain.delivery.token_owners import devices_of
from parley.services.delivery.push_room import PushRoom
from parley.store import FieldPath, Snapshot, Store
from schema import limits, paths
from schema.push_tokens import PushTokens

DEVICE_BYTES = 600
"""A device without its token, as it is held."""

_LARGEST_PERSON = limits.DEVICES * (limits.PUSH_TOKEN + DEVICE_BYTES)
"""What nobody's devices exceed; how much they are is known when they were read."""

_FEW = 10
"""People of an ordinary message, who do not wait for the pages of campaigns and large groups."""

_ROOM_FOR_FEW = 2 * 1024 * 1024
_ROOM_FOR_PAGES = 10 * 1024 * 1024
"""A page of 100 people with as many and as long tokens as there may be, while eight pages of
people with one phone are pushed to."""


@dataclass(frozen=True, slots=True)
class HeldDevices:
    """People's documents as read, and the devices to push to, by person."""

    snapshots: Mapping[str, Snapshot]
    tokens: Mapping[str, PushTokens]
    devices: Mapping[str, list[Device]]


class PeoplesDevices:
    """Reads one document a person. One instance a process: it bounds what all pushes hold."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._few = PushRoom(_ROOM_FOR_FEW)
        self._pages = PushRoom(_ROOM_FOR_PAGES)
        self._passes = PushRoom(_ROOM_FOR_PAGES)

    @property
    def in_hand(self) -> int:
        """Return the bytes for which room is taken."""
        return self._few.in_hand + self._pages.in_hand + self._passes.in_hand

    @asynccontextmanager
    async def of(
        self, uids: Collection[str], chat_ids: Collection[str], *, is_ordinary: bool = False
    ) -> AsyncIterator[HeldDevices]:
        """Hold people's devices, what they refuse, and whether they muted these chats.

        ``is_ordinary``: they are of ordinary messages, which wait for no page of a campaign.
        """
        room = self._few if len(uids) <= _FEW else self._pages
        if is_ordinary:
            room = self._passes
        async with room.hold(len(uids) * _LARGEST_PERSON) as held:
            found = await self._load(uids, chat_ids)
            held.shrink(sum(_size(tokens) for tokens in found.tokens.values()))
            yield found

    async def _load(self, uids: Collection[str], chat_ids: Collection[str]) -> HeldDevices:
        ordered = sorted(uids)
        # A person may hold 4,096 mutes; only those of these chats are kept in memory.
        muted: list[FieldPath] = [("muted", chat_id) for chat_id in chat_ids]
        select = ("devices", "mentions", "withdrawn", *muted)
        found = await self._store.get_many(
            [paths.push_tokens(uid) for uid in ordered], select=select
        )
        snapshots = {
            uid: snapshot
            for uid, snapshot in zip(ordered, found, strict=True)
            if snapshot is not None
        }
        tokens = {uid: PushTokens.readable(held.fields) for uid, held in snapshots.items()}
        return HeldDevices(snapshots, tokens, devices_of(tokens))


def _size(tokens: PushTokens) -> int:
    return DEVICE_BYTES + sum(
        DEVICE_BYTES + len(device.token) for device in tokens.devices.values()
    )
