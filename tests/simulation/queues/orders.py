"""Orders of services on any queue, and a handler that notes whose it begins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from parley.queues import QUEUES
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock
from schema import ids
from schema.events import (
    BulkQueued,
    CampaignBatchReady,
    CampaignBatchSent,
    CampaignQueued,
    EmailQueued,
    MassMessageQueued,
    MessageQueued,
    Payload,
    QueueName,
    SmsQueued,
)
from schema.reasons import DeadLetterCode
from workers.runtime.handler import IsFirst
from workers.runtime.runner import Runner

ORDERS: dict[QueueName, Callable[[str, str], Payload]] = {
    QueueName.CAMPAIGN_QUEUE: lambda service, one: CampaignQueued(
        campaign_id=one, service_id=service
    ),
    QueueName.CAMPAIGN_BATCHES: lambda service, one: CampaignBatchReady(
        campaign_id=service, batch_id=one, service_id=service
    ),
    QueueName.CAMPAIGN_MESSAGE_QUEUE: lambda service, one: CampaignBatchSent(
        campaign_id=service, batch_id=one, service_id=service, previews={"ann": "Hello"}
    ),
    QueueName.MASS_MESSAGE_QUEUE: lambda service, one: MassMessageQueued(
        job_id=one, service_id=service
    ),
    QueueName.MESSAGE_QUEUE: lambda service, one: MessageQueued(
        chat_id=ids.case_chat_id(one, service), message_id="m1"
    ),
    QueueName.NON_CHAT_SMS_QUEUE: lambda service, one: SmsQueued(job_id=one, service_id=service),
    QueueName.EMAIL_NOTIFICATIONS: lambda service, one: EmailQueued(job_id=one, service_id=service),
    QueueName.BULK_QUEUE: lambda service, one: BulkQueued(service_id=service, job_id=one),
}


def orders(queue: QueueName, service: str, count: int) -> list[Payload]:
    """Return different orders of one service."""
    return [ORDERS[queue](service, f"{service}{number:04d}") for number in range(count)]


@dataclass
class SlowHandler:
    """Takes ten seconds for each call, and keeps whose turn each was."""

    queue: QueueName
    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    async def handle(self, payloads: Sequence[Payload], *, is_first: IsFirst) -> None:
        self.begun.append(payloads[0].turn)
        await asyncio.sleep(10)
        self.ended.append(payloads[0].turn)

    async def give_up(self, payload: Payload, *, code: DeadLetterCode, error: str) -> None:
        raise AssertionError(f"{payload} was given up")


class Line:
    """One queue with the settings that it is deployed with, and a worker of it."""

    def __init__(self, name: QueueName) -> None:
        self.clock = LoopClock()
        self.queue = InMemoryQueue(self.clock, pull_seconds=4.0)
        self.handler = SlowHandler(name)
        self.lanes = QUEUES[name].lanes

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A runner that works, drained at the end."""
        runner = Runner(
            self.handler, subscriber=self.queue, store=InMemoryStore(self.clock), middleware=[]
        )
        stop = asyncio.Event()
        running = asyncio.create_task(runner.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running
