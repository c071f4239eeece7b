"""A runner on twins in virtual time, with a handler that a test scripts."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from parley.domain.retry import RetryPolicy
from parley.queues import QUEUES, Queue
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock
from schema.events import MessageQueued, QueueName
from schema.reasons import DeadLetterCode
from workers.runtime.handler import IsFirst, Unfinished
from workers.runtime.middleware import Middleware
from workers.runtime.runner import Runner, WaitingTime
from workers.runtime.timing import Timing

NAME = QueueName.MESSAGE_QUEUE
PATIENCE_SECONDS = 600.0

Script = Callable[[list[str]], Awaitable[None]]


@dataclass
class ScriptedHandler:
    """Keeps what it is called with, and does what the test's `script` does."""

    script: Script | None = None
    queue: QueueName = NAME
    begun: list[list[str]] = field(default_factory=list)
    ended: list[list[str]] = field(default_factory=list)
    firsts: list[bool] = field(default_factory=list)
    giving_up: Script | None = None
    given: list[tuple[str, str]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0

    leaves: Callable[[list[str]], Unfinished | None] = lambda ids: None

    async def handle(
        self, payloads: Sequence[MessageQueued], *, is_first: IsFirst
    ) -> Unfinished | None:
        ids = [payload.message_id for payload in payloads]
        assert len({payload.lane for payload in payloads}) == 1
        self.begun.append(ids)
        self.firsts.append(is_first())
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(0)
            if self.script is not None:
                await self.script(ids)
        finally:
            self.running -= 1
        self.ended.append(ids)
        return self.leaves(ids)

    async def give_up(self, payload: MessageQueued, *, code: DeadLetterCode, error: str) -> None:
        if self.giving_up is not None:
            await self.giving_up([payload.message_id])
        self.given.append((payload.message_id, str(code)))

    @property
    def done(self) -> list[str]:
        return [one for ids in self.ended for one in ids]


class Stage:
    """Everything that a test of the runner looks at."""

    def __init__(self, script: Script | None = None, **changed: object) -> None:
        self.clock = LoopClock()
        self.queue = InMemoryQueue(self.clock, pull_seconds=4.0)
        self.store = InMemoryStore(self.clock)
        self.handler = ScriptedHandler(script)
        self.waiting_time: WaitingTime | None = None
        self.settings: Queue = dataclasses.replace(
            QUEUES[NAME],
            **{"pull_size": 100, "max_in_hand": 200, "retry": RetryPolicy(3, 1, 4), **changed},  # type: ignore[arg-type]
        )
        self.timing = Timing()
        self.middleware: list[Middleware] | None = None

    async def publish(self, *ids: str, chat: str = "ann:bob") -> None:
        await self.queue.publish([MessageQueued(chat_id=chat, message_id=one) for one in ids])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Runner[MessageQueued]]:
        """A runner that works, drained at the end."""
        runner = Runner(
            self.handler,
            subscriber=self.queue,
            store=self.store,
            queue=self.settings,
            timing=self.timing,
            middleware=self.middleware,
            repair=lambda queue: self.queue.provision(queue.name),
            waiting_time=self.waiting_time,
        )
        stop = asyncio.Event()
        running = asyncio.create_task(runner.run(stop))
        try:
            yield runner
        finally:
            stop.set()
            await running

    async def empty(self) -> bool:
        return await self.queue.backlog(NAME) == 0

    async def drained(self) -> None:
        """Wait until the queue is empty."""
        await until(self.empty)

    def dead_letters(self) -> list[dict[str, Any]]:
        paths = [path for path in self.store.paths() if path.startswith("deadLetters/")]
        return [self.store.document(path) or {} for path in paths]

    def suspects(self) -> list[str]:
        return [path for path in self.store.paths() if path.startswith("suspects/")]

    async def deliver_unended(self, times: int) -> None:
        """Deliver all that waits so often to somebody who never answers, as killed workers do."""
        for _ in range(times):
            await self.queue.pull(NAME, max_messages=1_000)
            await self.clock.sleep(60)


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for a condition, with a deadline in the loop's time."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            held = holds()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.01)
