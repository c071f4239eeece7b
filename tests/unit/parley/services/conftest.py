"""The whole app on in-memory twins."""

from __future__ import annotations

import random
from typing import Any

import pytest

from parley.app import App
from parley.bootstrap import wire
from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from parley.services.delivery.late_batches import LateBatch
from parley.services.upkeep.find_commands import FindCommands
from parley.services.upkeep.wake_campaigns import WakeCampaigns
from parley.settings import Settings
from parley.testing.clock import FixedClock, SequentialIds
from parley.testing.faults import StoreCall
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_mail import InMemoryMail
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from parley.testing.in_memory_store import InMemoryStore
from schema import limits
from schema.events import Payload
from tests.indexes import INDEXES
from tests.unit.parley.services.group import Group
from tests.unit.parley.services.strangers import bring_strangers
from tests.world import World
from workers.handlers import HANDLERS


class TwinWorld(World):
    """The world on the twins, with the app that works in it."""

    def __init__(self, *, batch_size: int = limits.CAMPAIGN_BATCH) -> None:
        self.clock = FixedClock()
        self.store = InMemoryStore(self.clock, INDEXES)
        self.publisher = InMemoryPublisher()
        self.sender = RecordingPushSender()
        self.accounts = InMemoryAccounts()
        self.sms = InMemorySms(self.clock)
        self.mail = InMemoryMail()
        self.files = InMemoryFiles()
        self._batch_size = batch_size
        self._started = 0
        self.app = self.new_process()
        super().__init__(self.store)

    def new_process(self) -> App:
        """An app as after a start of another process: it remembers nothing, and draws otherwise."""
        self._started += 1
        return wire(
            Settings(
                project_id="demo-parley",
                batch_size=self._batch_size,
                twilio_url="http://127.0.0.1:9971",
            ),
            clock=self.clock,
            new_ids=SequentialIds(),
            store=self.store,
            publisher=self.publisher,
            subscriber=InMemoryQueue(self.clock),
            sender=self.sender,
            accounts=self.accounts,
            sms=self.sms.provider(),
            mail=self.mail,
            files=self.files,
            randomness=random.Random(self._started),
        )

    def at(self, path: str) -> dict[str, Any]:
        """A document that must be there."""
        fields = self.store.document(path)
        assert fields is not None, f"{path} is not there; there are {self.store.paths()}"
        return fields

    async def work(self, repeats: int = 1) -> None:
        """Handle everything published, each payload ``repeats`` times, until nothing is left."""
        done = 0
        while done < len(self.publisher.published):
            payload = self.publisher.published[done]
            done += 1
            for _ in range(repeats):
                await self.handle(payload)
        await self.app.campaign_sms.record_noted()
        await self.app.campaign_progress.refresh_marked()

    async def wake_campaigns(self) -> None:
        """Put campaigns whose time or command has come back on their queue, as upkeep does."""
        commands = FindCommands(store=self.store, publisher=self.publisher)
        await commands.find(self.clock.now())
        nudges = WakeCampaigns(store=self.store, publisher=self.publisher)
        await nudges.wake_due(self.clock.now())

    async def handle(self, payload: Payload) -> None:
        """Do what the workers do with one payload, by their own table."""
        handler = HANDLERS[payload.queue](self.app)
        late = await handler.handle([payload], is_first=lambda: False)
        if isinstance(late, LateBatch):
            await late.wait()


class Commits:
    """Counts commits, as a fault that lets all of them pass."""

    def __init__(self, store: InMemoryStore) -> None:
        self.count = 0
        store.faults.append(self)

    def __call__(self, call: StoreCall) -> None:
        if call.operation == "commit" and call.moment == "after":
            self.count += 1


@pytest.fixture
def world() -> TwinWorld:
    return TwinWorld()


@pytest.fixture
async def group(world: TwinWorld) -> Group:
    """Ann's group of bob and cat; anybody may add them, and some others."""
    await world.people("ann", "bob", "cat", "dan", "eve", "zoe")
    request = CreateGroup(title="Hikers", user_ids=["bob", "cat"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    return Group(world, opened.chat_id)


@pytest.fixture
async def strangers(world: TwinWorld) -> TwinWorld:
    """Mal, and people who do not know him and have a phone."""
    await bring_strangers(world)
    return world


@pytest.fixture
async def acme(world: TwinWorld) -> TwinWorld:
    """The service ``acme``, which texts with Ann; modules may have another of that name."""
    from tests.unit.parley.services.people.consents_seen import texting_world

    await texting_world(world)
    return world
