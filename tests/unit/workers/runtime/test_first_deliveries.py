"""What a handler is told of whether others may have been given its messages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from parley.domain.ports import Received
from parley.queues import QUEUES
from parley.structured_logging import get_log
from parley.testing.clock import FixedClock
from parley.testing.in_memory_queue import InMemoryQueue
from schema.events import QueueName
from tests.unit.workers.runtime.stage import NAME, Stage, until
from workers.runtime.leases import Leases

LEASE = QUEUES[NAME].ack_deadline_seconds


async def test_a_handler_is_told_whether_messages_come_for_the_first_time() -> None:
    stage = Stage()
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    await stage.publish("m2")
    await stage.deliver_unended(1)
    async with stage.running():
        await stage.drained()
    assert stage.handler.firsts == [True, False]


async def test_what_is_tried_once_more_alone_comes_for_the_first_time_no_longer() -> None:
    async def fail_together(ids: list[str]) -> None:
        if len(ids) > 1:
            raise ValueError("a fault")

    stage = Stage(fail_together)
    await stage.publish("m1", "m2")
    async with stage.running():
        await stage.drained()
    assert stage.handler.begun == [["m1", "m2"], ["m1"], ["m2"]]
    assert stage.handler.firsts == [True, False, False]


class CountedQueue(InMemoryQueue):
    """Counts the tries to extend, those that fail too."""

    extensions = 0
    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    async def extend(self, queue: QueueName, ack_ids: Sequence[str], *, seconds: int) -> None:
        self.extensions += 1
        self.meanwhile()
        await super().extend(queue, ack_ids, seconds=seconds)


class Holding:
    """Leases that are kept, and a clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.queue = CountedQueue(FixedClock())
        self.leases = Leases(
            self.queue,
            QUEUES[NAME],
            get_log("test"),
            is_busy=lambda: False,
            on_left=lambda: None,
            extend_interval=0.001,
            monotonic=lambda: self.now,
        )

    def take(self, since: float = 100.0, message_id: str = "m1") -> None:
        came = Received("ack", message_id, b"", 1, datetime(2026, 11, 26, tzinfo=UTC))
        self.leases.take(came, since)

    async def extended(self) -> None:
        """Wait for an extension that began from now on."""
        seen = self.queue.extensions
        await until(lambda: self.queue.extensions >= seen + 2)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        keeping = asyncio.create_task(self.leases.extend_forever())
        try:
            yield
        finally:
            keeping.cancel()


@pytest.fixture
def holding() -> Holding:
    return Holding()


async def test_a_lease_that_is_extended_in_time_gives_its_message_to_nobody(
    holding: Holding,
) -> None:
    holding.take()
    async with holding.kept():
        for _ in range(5):
            holding.now += LEASE - 1
            await holding.extended()
    assert holding.leases.is_unbroken("m1")


async def test_a_process_that_was_stopped_does_not_know_who_was_given_its_message(
    holding: Holding,
) -> None:
    holding.take()
    holding.now += LEASE
    assert not holding.leases.is_unbroken("m1")
    async with holding.kept():
        await holding.extended()
    assert not holding.leases.is_unbroken("m1"), "for good"


async def test_an_extension_that_fails_renews_nothing(holding: Holding) -> None:
    holding.take()
    holding.queue.fail(times=1_000_000)
    async with holding.kept():
        for _ in range(2):
            holding.now += LEASE / 2
            await holding.extended()
    assert not holding.leases.is_unbroken("m1")


async def test_a_message_that_came_twice_was_given_to_others_in_between(
    holding: Holding,
) -> None:
    holding.take()
    holding.take()
    assert not holding.leases.is_unbroken("m1")


async def test_a_lease_is_as_old_as_its_pull_may_make_it(holding: Holding) -> None:
    holding.take(since=holding.now - LEASE)
    assert not holding.leases.is_unbroken("m1")


async def test_an_extension_renews_nothing_that_came_while_it_was_on_its_way(
    holding: Holding,
) -> None:
    def first_only() -> None:
        if holding.queue.extensions == 1:
            holding.take(holding.now - LEASE + 1, "late")
        else:
            holding.queue.fail()

    holding.take()
    holding.queue.meanwhile = first_only
    async with holding.kept():
        await holding.extended()

    holding.now += 1
    assert holding.leases.is_unbroken("m1")
    assert not holding.leases.is_unbroken("late")
