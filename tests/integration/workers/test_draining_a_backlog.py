"""A backlog is drained whole; how fast is printed, not asserted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest

from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.store import Count, Query, Set, Store
from schema.events import MessageQueued, QueueName
from schema.reasons import DeadLetterCode
from workers.runtime.handler import IsFirst
from workers.runtime.runner import Runner

pytestmark = pytest.mark.integration

MESSAGES = 5_000
CHATS = 250


class OneWriteEach:
    """Writes a document for each message, one commit a call."""

    queue = QueueName.MESSAGE_QUEUE

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls = 0
        self.seen: set[str] = set()
        self.all_seen = asyncio.Event()

    async def handle(self, payloads: Sequence[MessageQueued], *, is_first: IsFirst) -> None:
        self.calls += 1
        ids = {payload.message_id for payload in payloads}
        await self.store.commit([Set(f"drained/{one}", {"id": one}) for one in ids])
        self.seen |= ids
        if len(self.seen) == MESSAGES:
            self.all_seen.set()

    async def give_up(self, payload: MessageQueued, *, code: DeadLetterCode, error: str) -> None:
        raise AssertionError(f"{payload.message_id} was given up: {error}")


async def test_five_thousand_messages_are_drained_and_each_is_written(
    pubsub_emulator: str, firestore_emulator: str, project_id: str
) -> None:
    channel = PubSubChannel(project_id, emulator_host=pubsub_emulator)
    await provision(channel, [QueueName.MESSAGE_QUEUE])
    await PubSubPublisher(channel).publish(
        [MessageQueued(chat_id=f"c{n % CHATS}", message_id=f"m{n}") for n in range(MESSAGES)]
    )
    async with FirestoreStore.connect(project_id, emulator_host=firestore_emulator) as store:
        handler = OneWriteEach(store)
        subscriber = PubSubSubscriber(channel, pull_seconds=1.0)
        runner = Runner(handler, subscriber=subscriber, store=store)
        stop = asyncio.Event()
        wall, cpu = time.perf_counter(), time.process_time()
        running = asyncio.create_task(runner.run(stop))
        async with asyncio.timeout(60):
            await handler.all_seen.wait()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        stop.set()
        await running
        written = await store.aggregate(Query("drained"), {"count": Count()})
        assert written["count"] == MESSAGES
        assert await subscriber.pull(QueueName.MESSAGE_QUEUE, max_messages=10) == []
    await channel.close()
    print(
        f"\n{MESSAGES} messages of {CHATS} chats in {wall:.2f} s: {MESSAGES / wall:,.0f} a second, "
        f"{handler.calls} calls, {1000 * cpu / MESSAGES:.3f} CPU seconds a thousand"
    )
