"""A worker process whose handler does what each message's id says, and writes down what it did.

`python -m tests.integration.workers.toy_worker FILE LEASE`: ids beginning with `kill` end it
with SIGKILL, with `block` stop its event loop, with `slow` take a second, with `hang` never end,
with `patient` wait for a file `go` beside FILE, and say so after two seconds. A second queue, of
SMS, does the same.
"""

import asyncio
import dataclasses
import itertools
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.queues import QUEUES
from parley.settings import Settings
from parley.structured_logging import configure
from schema.events import MessageQueued, QueueName, SmsQueued
from schema.reasons import DeadLetterCode
from workers.runtime.handler import IsFirst
from workers.runtime.process import run_process
from workers.runtime.quarantine import Quarantine
from workers.runtime.runner import Runner
from workers.runtime.timing import Timing


class ToyHandler:
    queue = QueueName.MESSAGE_QUEUE

    def __init__(self, diary: Path) -> None:
        self.diary = diary

    async def handle(self, payloads: Sequence[MessageQueued], *, is_first: IsFirst) -> None:
        for payload in payloads:
            await self.one(payload.message_id)

    async def give_up(self, payload: MessageQueued, *, code: DeadLetterCode, error: str) -> None:
        self.write(f"given-up {payload.message_id}")

    async def one(self, message_id: str) -> None:
        self.write(f"begun {message_id}")
        what = message_id.partition("-")[0]
        if what == "kill":
            # Long enough for the lease to have been extended once: it is then the short one.
            await asyncio.sleep(0.5)
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "block":
            time.sleep(600)
        elif what == "slow":
            await asyncio.sleep(1)
        elif what == "patient":
            for step in itertools.count():
                if (self.diary.parent / "go").exists():
                    break
                if step == 20:
                    self.write(f"waits {message_id}")
                await asyncio.sleep(0.1)
        elif what == "hang":
            await asyncio.Event().wait()
        self.write(f"done {message_id}")

    def write(self, line: str) -> None:
        with self.diary.open("a") as file:
            file.write(line + "\n")


class ToySmsHandler(ToyHandler):
    queue = QueueName.NON_CHAT_SMS_QUEUE

    async def handle(  # type: ignore[override]  # The payloads of another queue.
        self, payloads: Sequence[SmsQueued], *, is_first: IsFirst
    ) -> None:
        for payload in payloads:
            await self.one(payload.job_id)

    async def give_up(  # type: ignore[override]  # As above.
        self, payload: SmsQueued, *, code: DeadLetterCode, error: str
    ) -> None:
        self.write(f"given-up {payload.job_id}")


async def main(diary: Path, lease: int) -> None:
    settings = Settings.from_environment(os.environ)
    configure("DEBUG")
    channel = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)
    host = settings.firestore_emulator_host
    async with FirestoreStore.connect(settings.project_id, emulator_host=host) as store:
        quarantine = Quarantine(asyncio.get_running_loop().time)
        runners: list[Runner[Any]] = [
            Runner(
                handler(diary),
                subscriber=PubSubSubscriber(channel),
                store=store,
                queue=dataclasses.replace(
                    QUEUES[handler.queue], ack_deadline_seconds=lease, lanes=4
                ),
                timing=Timing(
                    drain_timeout=settings.drain_seconds, extend_interval=min(0.2, lease / 3)
                ),
                quarantine=quarantine,
            )
            for handler in (ToyHandler, ToySmsHandler)
        ]
        await run_process(
            runners,
            health_port=settings.health_port,
            loop_blocked_seconds=settings.loop_blocked_seconds,
        )
        await channel.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
