"""`python -m bench.drain_worker`: Parley's runner with a handler that does next to nothing.

The runner is the one of every worker: leases, lanes, retries, dead letters. BENCH_WORK says what
the handler does: nothing (`empty`), or write one document if it is absent (`write`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress

from bench.tally import Tally
from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.errors import Conflict
from parley.settings import Settings
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Increment, Set, Store
from parley.store.joining_store import JoiningStore
from schema import paths
from schema.events import MessageQueued, QueueName
from schema.reasons import DeadLetterCode
from workers.runtime.handler import IsFirst
from workers.runtime.process import run_process
from workers.runtime.runner import Runner


class Drain:
    """Notes each message, after its write if there is one."""

    queue = QueueName.MESSAGE_QUEUE

    def __init__(self, store: Store, *, writes: bool) -> None:
        self._store = store
        self._writes = writes
        self._tally = Tally()

    async def handle(self, payloads: Sequence[MessageQueued], *, is_first: IsFirst) -> None:
        for payload in payloads:
            if self._writes:
                await self._write(payload)
            self._tally.note(int(payload.message_id))

    async def _write(self, payload: MessageQueued) -> None:
        fields = {"number": payload.message_id, "at": SERVER_TIME, "times": Increment(1)}
        # A document that is there was written by an earlier delivery.
        with suppress(Conflict):
            await self._store.commit([Set(paths.chat(payload.chat_id), fields, MUST_NOT_EXIST)])

    async def give_up(self, payload: MessageQueued, *, code: DeadLetterCode, error: str) -> None:
        raise RuntimeError(f"message {payload.message_id} became a dead letter: {code} {error}")


async def main() -> None:
    """Drain until SIGTERM."""
    settings = Settings.from_environment(os.environ)
    channel = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)
    async with FirestoreStore.connect(
        settings.project_id, emulator_host=settings.firestore_emulator_host
    ) as store:
        drain = Drain(JoiningStore(store), writes=os.environ["BENCH_WORK"] == "write")
        await run_process([Runner(drain, subscriber=PubSubSubscriber(channel), store=store)])
        await channel.close()


if __name__ == "__main__":
    asyncio.run(main())
