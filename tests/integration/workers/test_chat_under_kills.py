"""Everybody talks while all workers are killed, again and again, in the middle of their work."""

from __future__ import annotations

import asyncio
import random
import signal

import pytest

from schema.events import QueueName
from tests.integration.workers.conftest import Site
from tests.integration.workers.traffic import Traffic

ROUNDS = 4
ACTS = 60
AT_ONCE = 4


@pytest.mark.slow
async def test_nothing_is_lost_doubled_or_miscounted(site: Site) -> None:
    traffic = Traffic(site, random.Random(20_261_126))
    await traffic.begin()

    for _ in range(ROUNDS):
        workers = [site.start_worker(QueueName.MESSAGE_QUEUE) for _ in range(2)]
        for _ in range(ACTS // AT_ONCE):
            await asyncio.gather(*(traffic.act() for _ in range(AT_ONCE)))
        await site.until(traffic.waiting_above(ACTS // 6))
        for worker in workers:
            worker.signal(signal.SIGKILL)
            worker.wait()

    site.start_worker(QueueName.MESSAGE_QUEUE)
    await site.until(traffic.amiss, seconds=120)
