"""Drain by fastpubsub: a broker and a subscriber, run by its own application without HTTP."""

from __future__ import annotations

import asyncio
import logging

from fastpubsub import Message, PubSubBroker

from bench.rivals.drain_work import PROJECT, SUBSCRIPTION, TOPIC, awaited_work

# It writes a line for each message at INFO.
logging.disable(logging.INFO)
broker = PubSubBroker(project_id=PROJECT)
work = awaited_work()


@broker.subscriber(  # type: ignore[untyped-decorator]  # untyped
    alias="drain", topic_name=TOPIC, subscription_name=SUBSCRIPTION, autocreate=False
)
async def drain(message: Message) -> None:
    """Do the work of one message."""
    await work(message.data)


async def main() -> None:
    """Drain until the process is ended."""
    await broker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
