"""An emulator is killed, and the stack goes on: a message sent afterwards is pushed."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from collections.abc import Iterator

import httpx
import pytest

from emulator.binaries import find_firestore, find_pubsub
from emulator.found import NotFound
from emulator.ports import free_offset, is_free
from emulator.process_table import alive, descendants
from emulator.stack import Stack
from emulator.waiting import wait_until
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import Set
from schema import paths
from tests import patient_http
from tests.world import World

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SECONDS = 300.0
MIRRORED = "us-central1-on_user_written"


class Told(list[str]):
    """What a stack says."""

    def wait_for(self, words: str, since: int = 0) -> None:
        wait_until(lambda: any(words in line for line in self[since:]), seconds=SECONDS, what=words)


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


@pytest.fixture(scope="module")
def own_stack(told: Told) -> Iterator[Stack]:
    """A stack that no other test shares, and after whose end nothing runs."""
    try:
        find_firestore(), find_pubsub()
    except NotFound as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with Stack(offset=free_offset(), workers=1, restart=True, say=told.append) as running:
        yield running
        family = descendants(
            process.pid for process in (running.firebase.process, *running.workers)
        )
        family |= {emulator.pid for emulator in running.emulators.values()}
    assert alive(family) == []
    assert is_free(running.ports.firestore)
    assert is_free(running.ports.pubsub)


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    os.kill(pid, number)


async def push_arrives(stack: Stack) -> None:
    """Somebody writes to somebody else, and the stand-in for FCM gets the push."""
    ann, bob = (f"{name}-{uuid.uuid4().hex[:8]}" for name in ("ann", "bob"))
    async with build(Settings.from_environment(stack.environment)) as app:
        world = World(app.store)
        await world.person(ann)
        await world.person(bob, f"token-{bob}")
        await world.post(await world.direct_chat(ann, bob), "m1", ann)
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(timeout=60) as client,
        ):
            while f"token-{bob}" not in await pushed_to(client, stack):
                await app.clock.sleep(0.1)


async def pushed_to(client: httpx.AsyncClient, stack: Stack) -> list[str]:
    messages = (await client.get(f"{stack.environment['PARLEY_FCM_URL']}/_/messages")).json()
    return [one["request"]["message"]["token"] for one in messages]


async def is_mirrored(app: App, uid: str) -> None:
    async with asyncio.timeout(SECONDS):
        while (await app.store.get_many([paths.service_user("default", uid)])) == [None]:
            await app.clock.sleep(0.1)


async def test_a_killed_pubsub_emulator_restarts_with_its_topics(
    own_stack: Stack, told: Told
) -> None:
    killed = own_stack.emulators["pubsub"].pid

    kill(killed)
    told.wait_for("pubsub emulator died; starting it again")
    told.wait_for("pubsub emulator is back: queued messages are lost")

    assert own_stack.emulators["pubsub"].pid != killed
    await push_arrives(own_stack)


async def test_a_killed_firestore_emulator_restarts_with_rules_and_triggers(
    own_stack: Stack, told: Told
) -> None:
    kill(own_stack.emulators["firestore"].pid)
    told.wait_for("firestore emulator died; starting it again")
    told.wait_for("firestore emulator is back, empty: all documents are lost")

    executions = own_stack.firebase.process.said().count(f'execution of "{MIRRORED}"')
    async with build(Settings.from_environment(own_stack.environment)) as app:
        fields = {"displayName": "Ann", "createdAt": app.clock.now()}
        await app.store.commit([Set(paths.user("ann"), fields)])
        await is_mirrored(app, "ann")
    said = own_stack.firebase.process.said()
    assert said.count(f'execution of "{MIRRORED}"') > executions, "the trigger did it"
    firestore = own_stack.environment["FIRESTORE_EMULATOR_HOST"]
    read = patient_http.get(
        f"http://{firestore}/v1/projects/demo-parley/databases/(default)/documents/users/ann"
    )
    assert read.status_code == 403, "the rules are in force"
    await push_arrives(own_stack)


async def test_a_restarted_emulator_is_restarted_again(own_stack: Stack, told: Told) -> None:
    before = len(told)

    kill(own_stack.emulators["pubsub"].pid)
    kill(own_stack.workers[0].pid)
    told.wait_for("pubsub emulator ended with -9; starting it again", before)
    told.wait_for("worker-1 ended with -9; starting it again", before)
    told.wait_for("pubsub emulator is back", before)

    await push_arrives(own_stack)


async def test_a_killed_firebase_cli_leaves_nothing_and_restarts_completely(
    own_stack: Stack, told: Told
) -> None:
    before = len(told)
    family = descendants([own_stack.firebase.process.pid])
    family |= {emulator.pid for emulator in own_stack.emulators.values()}

    kill(own_stack.firebase.process.pid)
    told.wait_for("firebase ended with -9; starting it again", before)
    wait_until(lambda: not alive(family), seconds=SECONDS, what="the end of all that was its own")
    told.wait_for("The emulators are back, empty: documents, accounts and queued", before)

    await push_arrives(own_stack)


async def test_a_stopped_emulator_restarts_together_with_the_cli(
    own_stack: Stack, told: Told
) -> None:
    before = len(told)

    # The CLI looks on when its child is killed, and ends when its child ends with a status.
    kill(own_stack.emulators["pubsub"].pid, signal.SIGTERM)
    told.wait_for("The emulators are back, empty", before)

    await push_arrives(own_stack)
