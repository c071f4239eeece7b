"""Rows of an edited line are rewritten once a second, however often it is edited."""

from __future__ import annotations

import asyncio
import random

from parley.app import App
from parley.bootstrap import wire
from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from parley.queues import QUEUES
from parley.services.people.bans import FRESH
from parley.settings import Settings
from parley.store import SERVER_TIME, Update
from parley.testing.clock import SequentialIds
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock, run_in_virtual_time
from schema import paths
from schema.events import MessageQueued, QueueName
from tests.indexes import INDEXES
from tests.world import World
from workers.handlers import HANDLERS
from workers.runtime.runner import Runner

SECONDS = 10
EDITS_A_SECOND = 20
MEMBERS = 100


class Edited:
    """A group of a hundred whose last line is edited all the time, and a worker."""

    def __init__(self) -> None:
        self.clock = LoopClock()
        self.store = InMemoryStore(self.clock, INDEXES)
        self.queue = InMemoryQueue(self.clock, pull_seconds=4.0)
        self.app: App = wire(
            Settings(project_id="demo-parley"),
            clock=self.clock,
            new_ids=SequentialIds(),
            store=self.store,
            publisher=InMemoryPublisher(),
            subscriber=self.queue,
            sender=RecordingPushSender(),
            accounts=InMemoryAccounts(),
            sms=InMemorySms(self.clock).provider(),
            files=InMemoryFiles(),
            randomness=random.Random(1),
        )
        self.chat_id = ""

    async def begin(self) -> None:
        people = [f"u{n}" for n in range(MEMBERS - 1)]
        await World(self.store).people(*people)
        opened = await self.app.open_chats.create_group(
            caller=UserCaller("mal"), request=CreateGroup(title="Town", user_ids=people)
        )
        self.chat_id = opened.chat_id

    async def edit(self, body: str) -> None:
        message_id = f"created-{self.chat_id}"
        path = paths.message(self.chat_id, message_id)
        await self.store.commit([Update(path, {"body": body, "editedAt": SERVER_TIME})])
        await self.queue.publish(
            [MessageQueued(chat_id=self.chat_id, message_id=message_id, is_changed=True)]
        )

    def runner(self) -> Runner[MessageQueued]:
        handler = HANDLERS[QueueName.MESSAGE_QUEUE](self.app)
        return Runner(
            handler,
            subscriber=self.queue,
            store=self.store,
            queue=QUEUES[QueueName.MESSAGE_QUEUE],
            repair=lambda queue: self.queue.provision(queue.name),
        )


async def flood() -> tuple[int, int, str]:
    """Edit for ten seconds; return rows written, reads, and what a row shows at the end."""
    edited = Edited()
    await edited.begin()
    stop = asyncio.Event()
    running = asyncio.create_task(edited.runner().run(stop))
    before = edited.store.counts
    for number in range(SECONDS * EDITS_A_SECOND):
        await edited.edit(f"line {number}")
        await asyncio.sleep(1 / EDITS_A_SECOND)
    await asyncio.sleep(2)
    spent = edited.store.counts - before
    stop.set()
    await running
    row = edited.store.document(paths.user_chat("u7", edited.chat_id)) or {}
    preview = row["lastMessage"]["preview"]
    return spent.of("writes", "userChats/chats"), spent.reads, preview


def test_two_hundred_edits_in_ten_seconds_rewrite_the_rows_eleven_times_at_most() -> None:
    rows, reads, preview = run_in_virtual_time(flood())

    assert preview == f"line {SECONDS * EDITS_A_SECOND - 1}", "the last edit always shows"
    assert MEMBERS * SECONDS <= rows <= MEMBERS * (SECONDS + 2)
    looks_at_bans = (SECONDS + 2) // FRESH.seconds
    assert reads <= 2 * (SECONDS + 2) + looks_at_bans
