"""Whatever one service does, an ordinary message of another arrives about as fast as ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime
from typing import Any

import httpx
import pytest

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Update
from schema import paths
from schema.events import MessageQueued
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TURNS = 8
MESSAGES = 15
"""In each half of a turn, idle and busy; all of them count."""

APART_SECONDS = 0.2

PEOPLE = 1_500
NO_FASTER_THAN = 0.25
"""Seconds. Emulators and worker share a few processors, so no idle message counts as faster."""

DEAR = (
    "{% assign x = 'abcdefghij' %}{% for i in (1..900) %}"
    "{% assign y = user.displayName | append: x | upcase | downcase | size %}{% endfor %}{{ y }}"
)
HOSTILE = "{% assign x = 'a' %}{% for i in (1..900) %}{% assign x = x | append: x %}{% endfor %}"
NOBODY = {"or": [{"field": f"attributes.a{n}", "op": "==", "value": n} for n in range(50)]}
ENDED = {"completed", "completedWithErrors", "failed", "cancelled"}


class Tenants:
    """An ordinary pair of people for each message, and a service that does its worst."""

    def __init__(self, app: App, fcm: str) -> None:
        self.app = app
        self.world = World(app.store)
        self.fcm = fcm
        self.drawn = 0

    async def people(self, service_id: str) -> None:
        documents: dict[str, dict[str, Any]] = {
            paths.service(service_id): {"name": "Evil", "kind": "dashboard"},
            paths.staff(service_id, "staff1"): {"role": "owner", "displayName": "Sam"},
        }
        for number in range(PEOPLE):
            documents[paths.service_user(service_id, f"evil{number:04d}")] = {
                "uid": f"evil{number:04d}",
                "displayName": f"Person {number}",
                "attributes": {},
                "createdAt": SERVER_TIME,
            }
        everything = list(documents.items())
        for first in range(0, len(everything), 300):
            await self.world.write(dict(everything[first : first + 300]))

    async def pairs(self) -> dict[str, tuple[str, str]]:
        """Return chats of people whom nobody else writes to: chat and sender by message id."""
        drawn: dict[str, tuple[str, str]] = {}
        for _ in range(MESSAGES):
            self.drawn += 1
            sender, reader = f"ann{self.drawn:03d}", f"bob{self.drawn:03d}"
            await self.world.person(reader, f"token-{reader}")
            await self.world.person(sender)
            drawn[f"fair{self.drawn}"] = await self.world.direct_chat(sender, reader), sender
        return drawn

    async def half_a_turn(self, pairs: Mapping[str, tuple[str, str]]) -> list[float]:
        """Post messages, and return the seconds that each took to the push provider.

        Each is queued at once, as its trigger does: the emulator hands the events of all documents
        on one after another, so those of campaigns would stand before it, as nowhere else.
        """
        for message_id, (chat_id, sender) in pairs.items():
            await self.world.post(chat_id, message_id, sender)
            queued = MessageQueued(chat_id=chat_id, message_id=message_id)
            await self.app.publisher.publish([queued])
            await self.app.clock.sleep(APART_SECONDS)
        messages = await self.app.store.get_many(
            [paths.message(chat_id, message_id) for message_id, (chat_id, _) in pairs.items()]
        )
        posted = {one.id: one.fields["createdAt"] for one in messages if one is not None}
        async with asyncio.timeout(120):
            while len(pushed := await self.pushed(posted.keys())) < MESSAGES:
                await self.app.clock.sleep(0.5)
        return [(pushed[one] - at).total_seconds() for one, at in posted.items()]

    async def pushed(self, message_ids: Collection[str]) -> dict[str, datetime]:
        """Return when the first push of each message reached the provider."""
        async with httpx.AsyncClient() as client:
            entries = (await client.get(f"{self.fcm}/_/messages", timeout=30)).json()
        pushed: dict[str, datetime] = {}
        for entry in entries:
            message_id = entry["request"]["message"]["data"].get("messageId", "")
            if message_id in message_ids:
                at = datetime.fromisoformat(entry["at"].replace("Z", "+00:00"))
                pushed.setdefault(message_id, at)
        return pushed

    async def worst(self, service_id: str, turn: str) -> list[str]:
        """Start campaigns whose every text is dear, hostile ones and empty ones."""
        jobs: list[dict[str, Any]] = [
            *({"message": {"body": DEAR}} for _ in range(3)),
            *({"message": {"body": HOSTILE}} for _ in range(3)),
            *({"audience": {"where": NOBODY}} for _ in range(20)),
        ]
        started = []
        for number, job in enumerate(jobs):
            campaign_id = f"evil-{turn}-{number}"
            await self.world.campaign(campaign_id, serviceId=service_id, **job)
            started.append(campaign_id)
        return started

    async def warm_up(self, service_id: str) -> None:
        """Let the local stack start its processes for each trigger, which no turn shall count."""
        pairs = await self.pairs()
        started = await self.worst(service_id, "warm")
        await self.half_a_turn(pairs)
        await self.calm(started)

    async def calm(self, campaign_ids: list[str]) -> set[str]:
        """Cancel these campaigns, and wait until nothing of them goes on."""
        for campaign_id in campaign_ids:
            cancel = Update(paths.campaign(campaign_id), {"command": "cancel"})
            await self.app.store.commit([cancel])
        async with asyncio.timeout(120):
            while True:
                found = await self.app.store.get_many(
                    [paths.campaign_status(campaign_id) for campaign_id in campaign_ids]
                )
                states = {one.fields["state"] if one is not None else "none" for one in found}
                if states <= ENDED:
                    return states
                await self.app.clock.sleep(0.5)


@pytest.fixture
async def tenants(stack: Stack) -> AsyncIterator[Tenants]:
    settings = Settings.from_environment(stack.environment)
    async with build(settings) as app:
        yield Tenants(app, stack.environment["PARLEY_FCM_URL"])


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


async def test_a_message_takes_at_most_three_times_its_idle_time_beside_a_service_at_its_worst(
    tenants: Tenants,
) -> None:
    await tenants.people("evil")
    await tenants.warm_up("evil")
    idle: list[float] = []
    busy: list[float] = []
    states: set[str] = set()
    for turn in range(TURNS):
        idle += await tenants.half_a_turn(await tenants.pairs())
        pairs = await tenants.pairs()
        started = await tenants.worst("evil", str(turn))
        busy += await tenants.half_a_turn(pairs)
        states |= await tenants.calm(started)

    assert "failed" in states, "a hostile text is refused"
    assert p95(busy) <= 3 * max(p95(idle), NO_FASTER_THAN), (
        f"idle p95 {p95(idle):.3f} s, busy p95 {p95(busy):.3f} s"
    )
