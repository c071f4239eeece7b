"""Somebody who blocks, or creates chats, as fast as they can is stopped by the real stack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from schema import ids, limits, paths
from tests.rules.acting import NOW, Database, verdict
from tests.rules.forms_of_people import direct_chat, joined, open_direct

SECONDS = 120.0
A_COMMIT = 100


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


async def test_blocks_in_large_commits_are_held_until_the_hold_ends(app: App, stack: Stack) -> None:
    host = stack.environment["FIRESTORE_EMULATOR_HOST"]
    client = Database(host, app.settings.project_id).user("blocks-all")
    written = 0

    def write() -> str:
        batch = client.batch()
        for number in range(A_COMMIT):
            path = paths.user_block("blocks-all", f"invented{written + number}")
            batch.set(client.document(path), {"createdAt": NOW})
        return verdict(batch.commit)

    async with asyncio.timeout(SECONDS):
        while await asyncio.to_thread(write) == "allowed":
            written += A_COMMIT

    (hold,) = await app.store.get_many([paths.hold("blocks-all")])
    assert hold is not None
    assert written > limits.BLOCKS_FOLLOWED_A_MINUTE
    one = client.document(paths.user_block("blocks-all", "invented0"))
    assert verdict(one.delete) == "denied"
    other = Database(host, app.settings.project_id).user("blocks-one")
    block = other.document(paths.user_block("blocks-one", "blocks-all"))
    assert verdict(lambda: block.set({"createdAt": NOW})) == "allowed"


async def test_direct_chats_with_invented_people_are_held_until_the_hold_ends(
    app: App, stack: Stack
) -> None:
    host = stack.environment["FIRESTORE_EMULATOR_HOST"]
    uid = "chats-all"
    client = Database(host, app.settings.project_id).user(uid)
    created = 0

    def create() -> str:
        chat_id = ids.direct_chat_id(uid, f"invented{created}")
        return verdict(lambda: open_direct(client, chat_id, direct_chat(uid), joined(), joined()))

    async with asyncio.timeout(SECONDS):
        while await asyncio.to_thread(create) == "allowed":
            created += 1

    (hold,) = await app.store.get_many([paths.hold(uid)])
    assert hold is not None
    assert created > limits.CHATS_CREATED_A_MINUTE
