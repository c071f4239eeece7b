"""Phones that go from hand to hand, and the events that their registrations make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from schema import paths
from tests.world import fire_triggers

if TYPE_CHECKING:
    from tests.unit.parley.services.conftest import TwinWorld


class Event(NamedTuple):
    """What a trigger is told of one write."""

    uid: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Phones:
    """Writes as apps do, a second apart; nothing is claimed until the events are delivered."""

    def __init__(self, world: TwinWorld) -> None:
        self.world = world
        self.events: list[Event] = []
        self.registered: dict[str, tuple[datetime, str]] = {}
        """When and by whom each token was registered last, unless they gave it up."""

    async def register(self, uid: str, installation_id: str, token: str) -> None:
        self.world.clock.advance(1)
        now = self.world.clock.now()
        device = {"token": token, "kind": "fcmToken", "platform": "ios", "updatedAt": now}
        self.registered[token] = (now, uid)
        await self._write(uid, self.devices(uid) | {installation_id: device})

    async def unregister(self, uid: str, installation_id: str) -> None:
        self.world.clock.advance(1)
        kept = {name: one for name, one in self.devices(uid).items() if name != installation_id}
        await self._write(uid, kept)

    async def mute(self, uid: str, chat_id: str) -> None:
        self.world.clock.advance(1)
        muted = self._stored(uid).get("muted", {}) | {chat_id: True}
        await self._write(uid, self.devices(uid), muted=muted)

    async def deliver(self, event: Event) -> None:
        """Fire the triggers of an event."""
        path = paths.push_tokens(event.uid)
        await fire_triggers(self.world.app, path, event.before, event.after)

    async def deliver_change(self, uid: str, before: Mapping[str, Any]) -> None:
        """Deliver the event of a write that the server made itself."""
        await self.deliver(Event(uid, before, self._stored(uid)))

    async def deliver_all(self) -> None:
        """Deliver what was not delivered yet, in order."""
        while self.events:
            await self.deliver(self.events.pop(0))

    def held(self, uid: str) -> dict[str, str]:
        """The token of each installation of a person."""
        return {name: device["token"] for name, device in self.devices(uid).items()}

    def owner(self, token: str) -> str | None:
        fields = self.world.store.document(paths.push_token_owner(token))
        return None if fields is None else fields["uid"]

    def _stored(self, uid: str) -> dict[str, Any]:
        return self.world.store.document(paths.push_tokens(uid)) or {}

    def devices(self, uid: str) -> dict[str, Any]:
        devices: dict[str, Any] = self._stored(uid).get("devices", {})
        return devices

    async def _write(self, uid: str, devices: dict[str, Any], **changed: Any) -> None:
        before = self._stored(uid)
        for name, device in self.devices(uid).items():
            registration = (device["updatedAt"], uid)
            if devices.get(name) != device and self.registered.get(device["token"]) == registration:
                del self.registered[device["token"]]
        after = before | {"devices": devices} | changed
        await self.world.write({paths.push_tokens(uid): after})
        self.events.append(Event(uid, before, after))
