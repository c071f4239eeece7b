"""Edits and deletes by clients, followed by the lists through the real trigger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import DELETE_FIELD, SERVER_TIME, Update
from schema import paths
from tests.world import World

SECONDS = 120.0


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


async def preview(app: App, chat_id: str, expected: str) -> None:
    """Wait until the other's row shows this."""
    path = paths.user_chat("bob", chat_id)
    async with asyncio.timeout(SECONDS):
        while True:
            (row,) = await app.store.get_many([path])
            if row is not None and row.fields["lastMessage"]["preview"] == expected:
                return
            await app.clock.sleep(0.05)


async def test_a_row_follows_an_edit_and_a_delete(app: App) -> None:
    world = World(app.store)
    chat_id = await world.direct_chat("ann", "bob")
    await world.post(chat_id, "m1", "ann", "as posted")
    await preview(app, chat_id, "as posted")

    message = paths.message(chat_id, "m1")
    await app.store.commit([Update(message, {"body": "edited", "editedAt": SERVER_TIME})])
    await preview(app, chat_id, "edited")

    await app.store.commit([Update(message, {"body": DELETE_FIELD, "deletedAt": SERVER_TIME})])
    await preview(app, chat_id, "")
