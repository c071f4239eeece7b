"""Drain by gcloud-aio-pubsub: its `subscribe` over HTTP, with the settings of its page.

More producers and consumers than its defaults of one each, since one waits for one answer.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from gcloud.aio.pubsub import SubscriberClient, subscribe

from bench.rivals.drain_work import PROJECT, SUBSCRIPTION, awaited_work


async def main() -> None:
    """Drain until the process is ended."""
    work = awaited_work()

    async def receive(message: Any) -> None:
        await work(message.data)

    async with aiohttp.ClientSession() as session:
        await subscribe(
            f"projects/{PROJECT}/subscriptions/{SUBSCRIPTION}",
            receive,
            SubscriberClient(session=session),
            num_producers=4,
            max_messages_per_producer=100,
            ack_window=0.3,
            num_tasks_per_consumer=100,
            enable_nack=True,
            nack_window=0.3,
        )


if __name__ == "__main__":
    asyncio.run(main())
