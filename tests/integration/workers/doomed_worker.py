"""A worker process that ends itself with SIGKILL at one step of the delivery of one job.

`python -m tests.integration.workers.doomed_worker CLOCK QUEUE [STEP PATH]`: CLOCK is a file with
the minutes by which its clock is ahead, read each time. The steps are those of `STEPS`; without
one it works on. It is the worker of production with other ports, which die before or after a call.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from parley.adapters.smtp.smtp_sender import connect_mail
from parley.adapters.system import RandomIds
from parley.adapters.twilio.account import connect_twilio
from parley.bootstrap import wire
from parley.connect import build
from parley.domain.delivery.sms_provider import SmsProvider
from parley.domain.ports import JobAttempt, JobSender
from parley.settings import Settings
from parley.store import (
    Aggregation,
    CommitResult,
    FieldPath,
    Query,
    Snapshot,
    Store,
    Update,
    Write,
)
from parley.structured_logging import configure
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_push import RecordingPushSender
from schema.delivery import Delivery
from workers.__main__ import parse_arguments
from workers.handlers import HANDLERS
from workers.runtime.process import run_process
from workers.runtime.runner import Runner

Request = TypeVar("Request")

STEPS = ("unclaimed", "claimed", "answered", "recorded")
"""Before the claim's commit; between it and the call; between the provider's answer and its
commit; between that and the acknowledgement of the queue message."""


class Doom:
    """The step at which this process ends."""

    def __init__(self, step: str | None, path: str | None) -> None:
        self._end = (step, path)

    def reach(self, step: str, path: str) -> None:
        """End the process, if this is its step."""
        if (step, path) == self._end:
            os.kill(os.getpid(), signal.SIGKILL)


class AheadClock:
    """The machine's clock, and the minutes that a file says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=int(self._file.read_text()))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class DoomedSender(Generic[Request]):
    """A sender whose process may end before a call, and after its answer."""

    def __init__(self, sender: JobSender[Request], doom: Doom) -> None:
        self._sender = sender
        self._doom = doom

    async def send(self, request: Request, attempt: JobAttempt) -> Mapping[str, Any]:
        self._doom.reach("claimed", attempt.path)
        answer = await self._sender.send(request, attempt)
        self._doom.reach("answered", attempt.path)
        return answer


class DoomedStore:
    """A store whose process may end before the commit of a claim, and after that of an answer."""

    def __init__(self, store: Store, doom: Doom) -> None:
        self._store = store
        self._doom = doom

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        states = _states(writes)
        for path, state in states:
            if state == "PROCESSING":
                self._doom.reach("unclaimed", path)
        result = await self._store.commit(writes)
        for path, state in states:
            if state == "SUCCESS":
                self._doom.reach("recorded", path)
        return result

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        return await self._store.get_many(paths, select=select, read_time=read_time)

    async def get_timed(
        self, path: str, *, select: tuple[FieldPath, ...] | None = None
    ) -> tuple[Snapshot | None, datetime]:
        return await self._store.get_timed(path, select=select)

    def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        return self._store.stream(query, read_time=read_time)

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        return await self._store.aggregate(query, aggregations)


def _states(writes: Sequence[Write]) -> list[tuple[str, str]]:
    """Return the jobs among the written documents, each with its new state."""
    return [
        (write.path, Delivery.parse(delivery).state)
        for write in writes
        if isinstance(write, Update)
        and isinstance(delivery := write.fields.get("delivery"), Mapping)
    ]


async def main(clock_file: Path, queue: str, doom: Doom) -> None:
    settings = Settings.from_environment(os.environ)
    configure("INFO")
    clock = AheadClock(clock_file)
    async with AsyncExitStack() as stack:
        real = await stack.enter_async_context(build(settings))
        twilio = await stack.enter_async_context(connect_twilio(settings, clock=clock))
        mail = await stack.enter_async_context(connect_mail(settings))
        app = wire(
            settings,
            clock=clock,
            new_ids=RandomIds(),
            store=DoomedStore(real.store, doom),
            publisher=real.publisher,
            subscriber=real.subscriber,
            sender=RecordingPushSender(),
            accounts=InMemoryAccounts(),
            sms=SmsProvider(DoomedSender(twilio.sender, doom), twilio.look_up),
            mail=DoomedSender(mail, doom),
            files=InMemoryFiles(),
            randomness=random.Random(),
        )
        runners = [
            Runner(HANDLERS[name](app), subscriber=app.subscriber, store=app.store)
            for name in parse_arguments([queue])
        ]
        await run_process(runners, background=app.background_tasks())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("clock", type=Path)
    parser.add_argument("queue")
    parser.add_argument("step", nargs="?", choices=STEPS)
    parser.add_argument("path", nargs="?")
    asked = parser.parse_args()
    asyncio.run(main(asked.clock, asked.queue, Doom(asked.step, asked.path)))
