"""A phone that goes from one person to another, through the real trigger, workers and FCM."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from parley.settings import Settings
from parley.store import SERVER_TIME, Merge
from schema import paths
from tests import patient_http
from tests.world import World

SECONDS = 120.0


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


class Phone:
    """One phone, registered by its app for its present user, and the pushes on it."""

    def __init__(self, app: App, stack: Stack, token: str) -> None:
        self._app = app
        self._log = f"{stack.environment['PARLEY_FCM_URL']}/_/messages"
        self.token = token

    async def register(self, uid: str) -> None:
        device = {
            "token": self.token,
            "kind": "fcmToken",
            "platform": "ios",
            "updatedAt": SERVER_TIME,
        }
        await self._app.store.commit([Merge(paths.push_tokens(uid), {"devices": {"i": device}})])

    async def is_only_with(self, *uids: str) -> bool:
        """Whether the first of these holds the phone, and the others do not."""
        found = await self._app.store.get_many([paths.push_tokens(uid) for uid in uids])
        held = [bool(one and one.fields["devices"]) for one in found]
        return held == [True] + [False] * (len(uids) - 1)

    def rang(self) -> list[str]:
        """The ids of the messages that it showed, in order."""
        sent: list[dict[str, Any]] = [
            one["request"]["message"] for one in patient_http.get(self._log).json()
        ]
        return [one["data"]["messageId"] for one in sent if one.get("token") == self.token]


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await is_so():
            await asyncio.sleep(0.05)


async def test_a_phone_rings_once_and_only_for_its_last_user(app: App, stack: Stack) -> None:
    ann, bob, cem = (f"{name}-{app.new_ids.new_id()}" for name in ("ann", "bob", "cem"))
    world = World(app.store)
    await world.person(cem)
    phone, tablet = (Phone(app, stack, app.new_ids.new_id()) for _ in range(2))
    await phone.register(ann)
    await until(lambda: phone.is_only_with(ann))

    await phone.register(bob)
    await until(lambda: phone.is_only_with(bob, ann))

    direct = await world.direct_chat(ann, cem)
    await world.people(ann, bob)
    request = CreateGroup(title="Hikers", user_ids=[ann, bob])
    group = (await app.open_chats.create_group(caller=UserCaller(cem), request=request)).chat_id
    await world.post(direct, "to-ann", cem)
    await world.post(group, "to-all", cem)

    async def is_fanned_out() -> bool:
        rows = [paths.user_chat(uid, chat) for uid, chat in ((ann, direct), (bob, group))]
        found = await app.store.get_many(rows)
        return all(row is not None and row.fields["messageCount"] for row in found)

    await until(is_fanned_out)

    async def has_rung() -> bool:
        return bool(phone.rang())

    await until(has_rung)
    await tablet.register(ann)
    await world.post(direct, "after-all", cem)

    async def rang_elsewhere() -> bool:
        return "after-all" in tablet.rang()

    await until(rang_elsewhere)
    assert phone.rang() == ["to-all"]
