"""What workers and publishers rely on, on the queue in memory and on Pub/Sub's emulator alike."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.domain.ports import Publisher, Received, Subscriber
from parley.errors import PermanentError
from parley.queues import MAX_DELIVERY_ATTEMPTS, MESSAGE_BYTES
from parley.testing.clock import FixedClock
from parley.testing.in_memory_queue import InMemoryQueue
from schema.events import CampaignQueued, MessageQueued, QueueName

pytestmark = pytest.mark.contract

QUEUE = QueueName.MESSAGE_QUEUE
PATIENCE_SECONDS = 60.0


@dataclass
class Queues:
    publisher: Publisher
    subscriber: Subscriber
    pass_time: Callable[[float], None]

    async def pull(self, count: int = 1, queue: QueueName = QUEUE) -> list[Received]:
        """Pull until so many came, as a worker does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        got: list[Received] = []
        while len(got) < count and time.monotonic() < deadline:
            got += await self.subscriber.pull(queue, max_messages=count - len(got))
        return got


@pytest.fixture(params=["memory", "emulator"])
async def queues(request: pytest.FixtureRequest, project_id: str) -> AsyncIterator[Queues]:
    if request.param == "memory":
        clock = FixedClock()
        queue = InMemoryQueue(clock)
        yield Queues(queue, queue, clock.advance)
        return
    address = request.getfixturevalue("pubsub_emulator")
    channel = PubSubChannel(project_id, emulator_host=address)
    await provision(channel, [QUEUE, QueueName.CAMPAIGN_QUEUE])
    subscriber = PubSubSubscriber(channel, pull_seconds=1.0)
    # Real time passes while pull() waits.
    yield Queues(PubSubPublisher(channel), subscriber, lambda seconds: None)
    await channel.close()


def payload(number: int = 1) -> MessageQueued:
    return MessageQueued(chat_id="ann:bob", message_id=f"m{number}")


async def test_a_published_message_is_delivered_with_its_type_and_time(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    assert MessageQueued.model_validate_json(message.data) == payload()
    assert message.data == b'{"v":1,"chatId":"ann:bob","messageId":"m1"}'
    assert message.attributes["type"] == "MessageQueued"
    assert message.attempt == 1
    assert message.published_at.tzinfo is not None


async def test_payloads_go_to_the_queue_of_their_class(queues: Queues) -> None:
    await queues.publisher.publish([payload(), CampaignQueued(campaign_id="c1")])
    (message,) = await queues.pull(queue=QueueName.CAMPAIGN_QUEUE)
    assert message.attributes["type"] == "CampaignQueued"
    assert len(await queues.pull()) == 1


async def test_more_messages_than_one_call_takes_are_all_published(queues: Queues) -> None:
    await queues.publisher.publish([payload(n) for n in range(2_300)])
    got = await queues.pull(2_300)
    assert len({message.message_id for message in got}) == 2_300
    await queues.subscriber.acknowledge(QUEUE, [message.ack_id for message in got])


async def test_an_empty_queue_returns_no_messages(queues: Queues) -> None:
    assert await queues.subscriber.pull(QUEUE, max_messages=10) == []


async def test_a_leased_message_is_not_delivered_again(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    await queues.pull()
    assert await queues.subscriber.pull(QUEUE, max_messages=10) == []


async def test_a_returned_message_comes_back_at_once_with_a_higher_attempt(
    queues: Queues,
) -> None:
    await queues.publisher.publish([payload()])
    for attempt in (1, 2, 3):
        (message,) = await queues.pull()
        assert message.attempt == attempt
        await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=0)


async def test_a_lapsed_lease_redelivers_the_message(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (first,) = await queues.pull()
    await queues.subscriber.extend(QUEUE, [first.ack_id], seconds=2)
    queues.pass_time(3)
    (again,) = await queues.pull()
    assert (again.message_id, again.attempt) == (first.message_id, 2)


async def test_an_extended_lease_holds_longer(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    started = time.monotonic()
    await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=2)
    await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=4)
    queues.pass_time(3)
    assert await queues.subscriber.pull(QUEUE, max_messages=1) == []
    queues.pass_time(2)
    await queues.pull()
    assert queues.pass_time.__name__ == "advance" or time.monotonic() - started >= 3.5


async def test_an_acknowledged_message_is_gone(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=1)
    await queues.subscriber.acknowledge(QUEUE, [message.ack_id])
    queues.pass_time(2)
    assert await queues.subscriber.pull(QUEUE, max_messages=1) == []


async def test_a_late_acknowledgement_is_not_an_error(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    await queues.subscriber.acknowledge(QUEUE, [message.ack_id])
    await queues.subscriber.acknowledge(QUEUE, [message.ack_id])
    await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=10)


async def test_a_returned_message_can_no_longer_be_acknowledged(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=0)
    await queues.subscriber.acknowledge(QUEUE, [message.ack_id])
    (again,) = await queues.pull()
    assert again.attempt == 2


async def test_an_earlier_delivery_cannot_acknowledge_a_later_one(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (first,) = await queues.pull()
    await queues.subscriber.extend(QUEUE, [first.ack_id], seconds=1)
    queues.pass_time(2)
    (second,) = await queues.pull()
    await queues.subscriber.acknowledge(QUEUE, [first.ack_id])
    await queues.subscriber.extend(QUEUE, [second.ack_id], seconds=0)
    (third,) = await queues.pull()
    assert (second.attempt, third.attempt) == (2, 3)


async def test_a_message_is_dead_lettered_after_a_hundred_deliveries(
    queues: Queues,
) -> None:
    await queues.publisher.publish([payload()])
    for attempt in range(1, MAX_DELIVERY_ATTEMPTS + 1):
        (message,) = await queues.pull()
        assert message.attempt == attempt
        await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=0)
    assert await queues.subscriber.pull(QUEUE, max_messages=1) == []


async def test_a_batch_with_a_message_that_is_too_long_is_refused(
    queues: Queues,
) -> None:
    too_long = MessageQueued(chat_id="x" * MESSAGE_BYTES, message_id="m")
    with pytest.raises(PermanentError, match=str(MESSAGE_BYTES)):
        await queues.publisher.publish([payload(), CampaignQueued(campaign_id="c1"), too_long])
    assert await queues.subscriber.pull(QUEUE, max_messages=1) == []


async def test_invalid_calls_are_permanent_errors(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    with pytest.raises(PermanentError):
        await queues.subscriber.pull(QUEUE, max_messages=0)
    with pytest.raises(PermanentError):
        await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=-1)


async def test_a_lease_lasts_at_most_ten_minutes(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    await queues.subscriber.extend(QUEUE, [message.ack_id], seconds=3_600)
    assert await queues.subscriber.pull(QUEUE, max_messages=1) == []


async def test_a_cancelled_pull_takes_no_messages(queues: Queues) -> None:
    waiting = asyncio.create_task(queues.subscriber.pull(QUEUE, max_messages=10))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await queues.publisher.publish([payload()])
    (message,) = await queues.pull()
    assert message.attempt == 1


async def test_the_backlog_is_a_count_or_unknown(queues: Queues) -> None:
    await queues.publisher.publish([payload()])
    assert await queues.subscriber.backlog(QUEUE) in (1, None)
