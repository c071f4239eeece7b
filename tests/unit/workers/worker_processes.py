"""Worker processes on shared twins in virtual time, which can be killed at any call."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, cast

from parley.app import App
from parley.bootstrap import wire
from parley.domain.delivery.push import Notification, PushResult
from parley.domain.ports import Publisher, PushSender, Received, Subscriber
from parley.settings import Settings
from parley.store import Store
from parley.testing.clock import SequentialIds
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock
from tests.indexes import INDEXES
from workers.handlers import HANDLERS
from workers.runtime.process import run_together
from workers.runtime.quarantine import Quarantine
from workers.runtime.runner import Runner


class SlowPushSender(RecordingPushSender):
    """Takes ``seconds`` of the loop for each call."""

    seconds = 40.0

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        await asyncio.sleep(self.seconds)
        return await super().send(notifications)


class Site:
    """What all processes share: clock, store, queue and push provider."""

    def __init__(self, *, batch_size: int, campaign_ramp: int | None = None) -> None:
        self.clock = LoopClock()
        self.store = InMemoryStore(self.clock, INDEXES)
        self.queue = InMemoryQueue(self.clock, pull_seconds=4.0)
        self.sender = SlowPushSender()
        self.settings = Settings(
            project_id="demo-parley", batch_size=batch_size, campaign_ramp=campaign_ramp
        )


@dataclass(frozen=True, slots=True)
class PortCall:
    """A call that took effect, and whose caller has not seen the answer yet."""

    method: str
    arguments: tuple[Any, ...]


class Process:
    """One worker process that serves every queue.

    ``killed_at`` and the times of ``pulled`` are times of the loop.
    """

    def __init__(self, site: Site, seed: int) -> None:
        self.dies_at: Callable[[PortCall], bool] = lambda call: False
        self.death = asyncio.Event()
        self.killed_at = inf
        self.pulled: dict[str, float] = {}
        self.in_flight: dict[str, str] = {}
        self._stop = asyncio.Event()
        self.app: App = wire(
            site.settings,
            clock=site.clock,
            new_ids=SequentialIds(f"w{seed}"),
            store=cast(Store, _Port(site.store, self)),
            publisher=cast(Publisher, _Port(site.queue, self)),
            subscriber=cast(Subscriber, _Port(site.queue, self)),
            sender=cast(PushSender, _Port(site.sender, self)),
            accounts=InMemoryAccounts(),
            sms=InMemorySms(site.clock).provider(),
            files=InMemoryFiles(),
            randomness=random.Random(seed),
        )
        self._task = asyncio.create_task(self._run(random.Random(seed)))

    async def _run(self, randomness: random.Random) -> None:
        app = self.app
        quarantine = Quarantine(asyncio.get_running_loop().time)
        runners = [
            Runner(
                handler(app),
                subscriber=app.subscriber,
                store=app.store,
                waiting_time=app.waiting_work.seconds,
                quarantine=quarantine,
                randomness=randomness,
            )
            for handler in HANDLERS.values()
        ]
        background = app.background_tasks()
        await run_together(runners, background=background, stop=self._stop, randomness=randomness)

    async def stop(self) -> None:
        """Drain, as at SIGTERM."""
        self._stop.set()
        await self._task

    def kill(self) -> None:
        """End as at SIGKILL: no call takes effect any more, and no answer arrives."""
        self.killed_at = asyncio.get_running_loop().time()
        self.death.set()

    async def live(self) -> None:
        """Return at once, or never if the process is dead."""
        if self.death.is_set():
            await asyncio.Event().wait()

    def note(self, call: PortCall, answer: Any) -> None:
        """Record what the process holds, and die if it is time to."""
        if call.method == "pull":
            now = asyncio.get_running_loop().time()
            for received in cast(list[Received], answer):
                self.pulled.setdefault(received.message_id, now)
                self.in_flight[received.ack_id] = received.message_id
        elif call.method == "acknowledge":
            for ack_id in call.arguments[1]:
                self.in_flight.pop(ack_id, None)
        if not self.death.is_set() and self.dies_at(call):
            self.kill()


class _Port:
    """A port of a process; any method, passed on while the process lives."""

    def __init__(self, port: Any, process: Process) -> None:
        self._port = port
        self._process = process

    def __getattr__(self, name: str) -> Any:
        method, process = getattr(self._port, name), self._process
        if inspect.isasyncgenfunction(method):

            async def stream(*arguments: Any, **options: Any) -> AsyncIterator[Any]:
                await process.live()
                async for chunk in method(*arguments, **options):
                    await process.live()
                    yield chunk

            return stream

        async def call(*arguments: Any, **options: Any) -> Any:
            await process.live()
            answer = await method(*arguments, **options)
            process.note(PortCall(name, arguments), answer)
            await process.live()
            return answer

        return call
