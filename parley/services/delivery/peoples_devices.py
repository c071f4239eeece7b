"""Load the devices of people, with room for what they may hold."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from parley.domain.delivery.push import Device
from parley.domain.delivery.token_owners import devices_of
from parley.services.delivery.push_room import HeldRoom, PushRoom
from parley.store import FieldPath, Snapshot, Store
from schema import limits, paths
from schema.push_tokens import PushTokens

DEVICE_BYTES = 600
"""A device without its token, as it is held."""

_LARGEST_PERSON = limits.DEVICES * (limits.PUSH_TOKEN + DEVICE_BYTES)
"""What nobody's devices exceed; how much they are is known when they were read."""

_FEW = 10
"""People of an ordinary message, who do not wait for the pages of campaigns and large groups."""

_PAGE = 100
"""People of a page, whose documents are read together."""

_HELD_OF_FEW = 1024 * 1024
_HELD_OF_PAGES = 2_560 * 1024
"""A page of people with one phone takes 140 KB, so eighteen of them."""


@dataclass(slots=True)
class HeldDevices:
    """People's documents as read, and the devices to push to, by person."""

    snapshots: Mapping[str, Snapshot]
    tokens: Mapping[str, PushTokens]
    devices: Mapping[str, list[Device]]
    _room: HeldRoom

    def keep(self, uids: Collection[str]) -> None:
        """Let go of everybody else's."""
        self.snapshots = {uid: one for uid, one in self.snapshots.items() if uid in uids}
        self.tokens = {uid: one for uid, one in self.tokens.items() if uid in uids}
        self.devices = {uid: one for uid, one in self.devices.items() if uid in uids}
        self._room.shrink(_size(self.tokens))


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Room for what is being read, whose size is not known yet, and for what is held."""

    reading: PushRoom
    held: PushRoom

    @property
    def in_hand(self) -> int:
        return self.reading.in_hand + self.held.in_hand


class PeoplesDevices:
    """Reads one document a person. One instance a process: it bounds what all pushes hold."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._few = _Rooms(PushRoom(_FEW * _LARGEST_PERSON), PushRoom(_HELD_OF_FEW))
        self._pages = _Rooms(PushRoom(_PAGE * _LARGEST_PERSON), PushRoom(_HELD_OF_PAGES))
        self._passes = _Rooms(PushRoom(_PAGE * _LARGEST_PERSON), PushRoom(_HELD_OF_PAGES))

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
        rooms = self._few if len(uids) <= _FEW else self._pages
        if is_ordinary:
            rooms = self._passes
        async with AsyncExitStack() as held:
            async with rooms.reading.hold(len(uids) * _LARGEST_PERSON):
                snapshots = await self._load(uids, chat_ids)
                tokens = {uid: PushTokens.readable(one.fields) for uid, one in snapshots.items()}
                room = await held.enter_async_context(rooms.held.hold(_size(tokens)))
            yield HeldDevices(snapshots, tokens, devices_of(tokens), room)

    async def _load(self, uids: Collection[str], chat_ids: Collection[str]) -> dict[str, Snapshot]:
        ordered = sorted(uids)
        # A person may hold 4,096 mutes; only those of these chats are kept in memory.
        muted: list[FieldPath] = [("muted", chat_id) for chat_id in chat_ids]
        select = ("devices", "mentions", "withdrawn", *muted)
        found = await self._store.get_many(
            [paths.push_tokens(uid) for uid in ordered], select=select
        )
        return {
            uid: snapshot
            for uid, snapshot in zip(ordered, found, strict=True)
            if snapshot is not None
        }


def _size(people: Mapping[str, PushTokens]) -> int:
    return sum(
        DEVICE_BYTES + sum(DEVICE_BYTES + len(device.token) for device in tokens.devices.values())
        for tokens in people.values()
    )
