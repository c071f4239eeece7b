"""What the queue in memory holds to beyond the contract that it shares with Pub/Sub's emulator."""

from __future__ import annotations

import pytest

from parley.errors import PermanentError
from parley.queues import KEEP_SECONDS
from parley.testing.clock import FixedClock
from parley.testing.in_memory_queue import LONGEST_LEASE_SECONDS, PULL_MESSAGES, InMemoryQueue
from schema.events import QueueName

QUEUE = QueueName.MESSAGE_QUEUE


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def queue(clock: FixedClock) -> InMemoryQueue:
    return InMemoryQueue(clock)


async def test_a_late_acknowledgement_does_not_count(
    queue: InMemoryQueue, clock: FixedClock
) -> None:
    queue.put(QUEUE, b"{}")
    (first,) = await queue.pull(QUEUE, max_messages=1)
    clock.advance(16)
    await queue.acknowledge(QUEUE, [first.ack_id])
    (second,) = await queue.pull(QUEUE, max_messages=1)
    assert second.attempt == 2


async def test_a_lease_ends_after_ten_minutes(queue: InMemoryQueue, clock: FixedClock) -> None:
    queue.put(QUEUE, b"{}")
    (first,) = await queue.pull(QUEUE, max_messages=1)
    await queue.extend(QUEUE, [first.ack_id], seconds=2 * LONGEST_LEASE_SECONDS)
    clock.advance(LONGEST_LEASE_SECONDS)
    assert len(await queue.pull(QUEUE, max_messages=1)) == 1


async def test_one_pull_answers_with_a_thousand_at_most(queue: InMemoryQueue) -> None:
    for _ in range(PULL_MESSAGES + 1):
        queue.put(QUEUE, b"{}")
    assert len(await queue.pull(QUEUE, max_messages=5_000)) == PULL_MESSAGES


async def test_a_message_expires_after_a_week(queue: InMemoryQueue, clock: FixedClock) -> None:
    queue.put(QUEUE, b"old")
    clock.advance(KEEP_SECONDS)
    queue.put(QUEUE, b"new")
    assert [one.data for one in await queue.pull(QUEUE, max_messages=5)] == [b"new"]


async def test_a_message_is_dead_lettered_after_a_hundred_deliveries(
    queue: InMemoryQueue,
) -> None:
    message_id = queue.put(QUEUE, b"{}")
    for _ in range(100):
        (message,) = await queue.pull(QUEUE, max_messages=1)
        await queue.extend(QUEUE, [message.ack_id], seconds=0)
    assert await queue.pull(QUEUE, max_messages=1) == []
    assert [dead.message_id for dead in queue.dead] == [message_id]


async def test_changing_a_received_message_does_not_change_the_queue(queue: InMemoryQueue) -> None:
    queue.put(QUEUE, b"{}", {"type": "X"})
    (first,) = await queue.pull(QUEUE, max_messages=1)
    first.attributes["type"] = "Y"  # type: ignore[index]
    await queue.extend(QUEUE, [first.ack_id], seconds=0)
    (second,) = await queue.pull(QUEUE, max_messages=1)
    assert second.attributes == {"type": "X"}


@pytest.mark.parametrize(
    ("data", "attributes"),
    [
        (b"", {}),
        (b"x" * 9_000_001, {}),
        (b"x", {f"k{n}": "v" for n in range(101)}),
        (b"x", {"": "v"}),
        (b"x", {"k" * 257: "v"}),
        (b"x", {"k": "é" * 513}),
    ],
    ids=["nothing", "long", "many attributes", "no key", "long key", "long value"],
)
def test_an_invalid_message_cannot_be_published(
    queue: InMemoryQueue, data: bytes, attributes: dict[str, str]
) -> None:
    with pytest.raises(PermanentError):
        queue.put(QUEUE, data, attributes)
