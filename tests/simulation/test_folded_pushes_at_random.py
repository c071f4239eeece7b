"""Random floods by workers that crash and drain: nobody is rung too often, and nothing is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from parley.app import App
from parley.bootstrap import wire
from parley.domain.access import UserCaller
from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.domain.ports import Received
from parley.domain.requests import CreateGroup
from parley.errors import QueueUnavailable
from parley.queues import QUEUES
from parley.settings import Settings
from parley.testing.clock import SequentialIds
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock, run_in_virtual_time
from schema import ids, limits, paths
from schema.events import MessageQueued, QueueName
from tests.indexes import INDEXES
from tests.world import World
from workers.handlers import HANDLERS
from workers.runtime.runner import Runner

PEOPLE = ("ann", "bob", "cat", "dan")
WINDOW = timedelta(seconds=limits.PUSH_WINDOW_SECONDS)


@dataclass(frozen=True, slots=True)
class Rung:
    """A push that a provider was given, and by which worker."""

    at: datetime
    worker: int
    notification: Notification

    @property
    def of(self) -> tuple[str, str]:
        return self.notification.data["chatId"], self.notification.device.uid

    @property
    def message_id(self) -> str:
        return self.notification.data["messageId"]

    @property
    def count(self) -> int:
        return int(self.notification.data.get("count", 0))


@dataclass
class Worker:
    """A worker whose wires can be cut, as of a process that is killed."""

    town: Town
    number: int
    is_dead: bool = False
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        app: App = wire(
            Settings(project_id="demo-parley"),
            clock=self.town.clock,
            new_ids=SequentialIds(f"w{self.number}x"),
            store=self.town.store,
            publisher=InMemoryPublisher(),
            subscriber=self.town.queue,
            sender=self,
            accounts=InMemoryAccounts(),
            sms=InMemorySms(self.town.clock).provider(),
            files=InMemoryFiles(),
            randomness=random.Random(self.number),
        )
        runner: Runner[MessageQueued] = Runner(
            HANDLERS[QueueName.MESSAGE_QUEUE](app),
            subscriber=self,
            store=self.town.store,
            queue=QUEUES[QueueName.MESSAGE_QUEUE],
        )
        beside = asyncio.create_task(app.summaries.run())
        self.tasks = [beside, asyncio.create_task(self._run(runner, beside))]

    async def _run(self, runner: Runner[MessageQueued], beside: asyncio.Task[None]) -> None:
        await runner.run(self.stop)
        beside.cancel()

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        await asyncio.sleep(self.town.randomness.uniform(0, 0.3))
        if self.is_dead:
            await asyncio.Event().wait()
        return [self._send(notification) for notification in notifications]

    def _send(self, notification: Notification) -> PushResult:
        if self.town.randomness.random() < self.town.busy:
            return PushResult(PushFate.RETRY, code="UNAVAILABLE", retry_after=1.0)
        self.town.rung.append(Rung(self.town.clock.now(), self.number, notification))
        return PushResult(PushFate.ACCEPTED, provider_id="p")

    async def pull(self, queue: QueueName, *, max_messages: int) -> list[Received]:
        self._check()
        found = await self.town.queue.pull(queue, max_messages=max_messages)
        self._check()
        return found

    async def acknowledge(self, queue: QueueName, ack_ids: Sequence[str]) -> None:
        self._check()
        await self.town.queue.acknowledge(queue, ack_ids)

    async def extend(self, queue: QueueName, ack_ids: Sequence[str], *, seconds: int) -> None:
        self._check()
        await self.town.queue.extend(queue, ack_ids, seconds=seconds)

    async def backlog(self, queue: QueueName) -> int | None:
        return None

    def _check(self) -> None:
        if self.is_dead:
            raise QueueUnavailable("the wire was cut")


class Town:
    """A direct chat and a group that talk at random, two workers, and what rang."""

    def __init__(self, seed: int, *, busy: float = 0.0) -> None:
        self.randomness = random.Random(seed)
        self.clock = LoopClock()
        self.store = InMemoryStore(self.clock, INDEXES)
        self.queue = InMemoryQueue(self.clock, pull_seconds=4.0)
        self.world = World(self.store)
        self.busy = busy
        self.rung: list[Rung] = []
        self.posts: list[tuple[str, str, str, datetime]] = []
        """Chat, message, author and time."""
        self.read: dict[tuple[str, str], datetime] = {}
        self.workers: list[Worker] = []

    async def begin(self, workers: int) -> list[str]:
        for uid in PEOPLE:
            await self.world.person(uid, uid)
        await self.world.people(*PEOPLE)
        self.start(workers)
        app: App = wire(
            Settings(project_id="demo-parley"),
            clock=self.clock,
            new_ids=SequentialIds(),
            store=self.store,
            publisher=InMemoryPublisher(),
            subscriber=self.queue,
            sender=self.workers[0],
            accounts=InMemoryAccounts(),
            sms=InMemorySms(self.clock).provider(),
            files=InMemoryFiles(),
            randomness=random.Random(1),
        )
        opened = await app.open_chats.create_group(
            caller=UserCaller("ann"), request=CreateGroup(title="Town", user_ids=list(PEOPLE[1:]))
        )
        return [await self.world.direct_chat("ann", "bob"), opened.chat_id]

    def start(self, count: int = 1) -> None:
        for _ in range(count):
            worker = Worker(self, len(self.workers))
            self.workers.append(worker)
            worker.begin()

    async def post(self, chat_id: str, author: str) -> None:
        message_id = f"m{len(self.posts):04d}"
        await self.world.post(chat_id, message_id, author)
        self.posts.append((chat_id, message_id, author, self.clock.now()))
        await self.queue.publish([MessageQueued(chat_id=chat_id, message_id=message_id)])

    async def look(self, chat_id: str, uid: str) -> None:
        """Somebody reads all there is."""
        seen = [at for chat, _, _, at in self.posts if chat == chat_id]
        if seen:
            self.read[chat_id, uid] = seen[-1]
            fields = {"readTo": seen[-1], "readAt": self.clock.now()}
            await self.world.write({paths.read_receipt(chat_id, uid): fields})

    async def talk(self, chats: Sequence[str], seconds: float) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            chat_id = self.randomness.choice(chats)
            people = ids.parse_chat_id(chat_id).uids or PEOPLE
            if self.randomness.random() < 0.02:
                await self.look(chat_id, self.randomness.choice(people))
            else:
                await self.post(chat_id, self.randomness.choice(people))
            pause = self.randomness.choice((0.0, 0.02, 0.3, 1.0))
            await asyncio.sleep(self.randomness.uniform(0, pause))

    async def settled(self) -> None:
        async with asyncio.timeout(300):
            while await self.queue.backlog(QueueName.MESSAGE_QUEUE):
                await asyncio.sleep(0.5)

    async def end(self) -> None:
        for worker in self.workers:
            worker.is_dead = True
            for task in worker.tasks:
                task.cancel()

    def missed(self) -> list[tuple[str, str]]:
        """Unread messages that somebody was told of neither by a push nor by a summary."""
        order = {message_id: number for number, (_, message_id, _, _) in enumerate(self.posts)}
        missing = []
        for chat_id, message_id, author, at in self.posts:
            for uid in ids.parse_chat_id(chat_id).uids or PEOPLE:
                if uid == author or at <= self.read.get((chat_id, uid), at - WINDOW):
                    continue
                if not any(
                    one.of == (chat_id, uid)
                    and one.at >= at
                    and (
                        one.message_id == message_id
                        or (one.count and order[one.message_id] >= order[message_id])
                    )
                    for one in self.rung
                ):
                    missing.append((message_id, uid))
        return missing

    def told(self, chat_id: str, uid: str) -> int:
        """How many messages a person was told of, singly and in summaries."""
        mine = [one for one in self.rung if one.of == (chat_id, uid)]
        return len({one.message_id for one in mine if not one.count}) + sum(o.count for o in mine)

    def addressed(self, chat_id: str, uid: str) -> int:
        return sum(chat == chat_id and author != uid for chat, _, author, _ in self.posts)

    def most_rung(self) -> int:
        """The most pushes of one worker to one person for one chat in ten seconds."""
        most = 0
        for one in self.rung:
            same = [
                other
                for other in self.rung
                if (other.of, other.worker) == (one.of, one.worker)
                and one.at <= other.at < one.at + WINDOW - timedelta(seconds=0.5)
            ]
            most = max(most, len(same))
        return most


@pytest.mark.parametrize("seed", range(6))
def test_each_message_is_pushed_or_counted_exactly_once_by_one_worker(seed: int) -> None:
    async def play() -> None:
        town = Town(seed)
        chats = await town.begin(workers=1)
        town.read = {}
        for _ in range(120):
            chat_id = town.randomness.choice(chats)
            people = ids.parse_chat_id(chat_id).uids or PEOPLE
            await town.post(chat_id, town.randomness.choice(people))
            await asyncio.sleep(town.randomness.uniform(0, 0.6))
        await town.settled()
        await town.end()
        assert town.missed() == []
        assert town.most_rung() <= 4
        for chat_id in chats:
            for uid in ids.parse_chat_id(chat_id).uids or PEOPLE:
                assert town.told(chat_id, uid) == town.addressed(chat_id, uid)
        assert any(one.count for one in town.rung)

    run_in_virtual_time(play())


@pytest.mark.parametrize("seed", range(8))
def test_crashes_drains_and_a_busy_provider_lose_no_unread_message(seed: int) -> None:
    async def play() -> None:
        town = Town(seed, busy=0.05)
        chats = await town.begin(workers=2)
        for _ in range(4):
            await town.talk(chats, town.randomness.uniform(3, 15))
            victim = town.randomness.choice([one for one in town.workers if not one.is_dead])
            if town.randomness.random() < 0.5:
                victim.is_dead = True
            else:
                victim.stop.set()
            town.start()
        await town.talk(chats, 5)
        await town.settled()
        await town.end()
        assert town.missed() == []
        assert town.most_rung() <= 4

    run_in_virtual_time(play())
