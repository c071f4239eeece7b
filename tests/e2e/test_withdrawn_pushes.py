"""A person who withdraws push of a service by the callable is left in peace, on the real stack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME
from schema import paths
from tests.e2e.callers import Caller
from tests.rules.acting import NOW, Database
from tests.world import World

SECONDS = 60.0

pytestmark = pytest.mark.timeout(480)


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


def rang(stack: Stack, token: str) -> list[str]:
    """The ids of the messages that a phone showed."""
    log = httpx.get(f"{stack.environment['PARLEY_FCM_URL']}/_/messages").json()
    sent: list[dict[str, Any]] = [one["request"]["message"] for one in log]
    return [one["data"]["messageId"] for one in sent if one.get("token") == token]


def update_consent(caller: Caller, *, granted: bool) -> None:
    """Answer about push; again if the functions have just begun and are slow."""
    request = {
        "serviceId": "default",
        "channel": "push",
        "purpose": "transactional",
        "granted": granted,
    }
    for is_last in (False, False, True):
        try:
            status, body = caller.call("updateConsent", request)
        except httpx.TimeoutException:
            if is_last:
                raise
        else:
            assert status == 200, body
            return


async def test_withdrawing_push_silences_direct_chats_until_it_is_given_back(
    app: App, stack: Stack
) -> None:
    bob = Caller(stack)
    ann = f"ann-{app.new_ids.new_id()}"
    world = World(app.store)
    await world.person(ann)
    await world.write({paths.user(bob.uid): {"displayName": "Bob", "createdAt": SERVER_TIME}})
    chat_id = await world.direct_chat(ann, bob.uid)

    update_consent(bob, granted=False)

    # The person registers a device as an app does, beside the server's note.
    host = stack.environment["FIRESTORE_EMULATOR_HOST"]
    client = Database(host, stack.environment["GCLOUD_PROJECT"]).user(bob.uid)
    tokens = client.document(paths.push_tokens(bob.uid))
    phone = f"phone-{bob.uid}"
    device = {"token": phone, "kind": "fcmToken", "platform": "ios", "updatedAt": NOW}
    tokens.set({"devices": {"d1": device}}, merge=True)
    assert tokens.get().get("withdrawn") == {"default": {"transactional": True}}

    await world.post(chat_id, "silent", ann)
    async with asyncio.timeout(SECONDS):
        row = None
        while row is None or row.fields["messageCount"] != 1:
            (row,) = await app.store.get_many([paths.user_chat(bob.uid, chat_id)])
            await asyncio.sleep(0.1)

    update_consent(bob, granted=True)
    await world.post(chat_id, "heard", ann)
    async with asyncio.timeout(SECONDS):
        while "heard" not in rang(stack, phone):
            await asyncio.sleep(0.1)
    assert rang(stack, phone) == ["heard"]
