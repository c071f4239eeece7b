from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.protobuf import empty_pb2
from google.pubsub_v1.types import pubsub

from parley.adapters.pubsub.channel import (
    GET_SUBSCRIPTION,
    UPDATE_SUBSCRIPTION,
    GetSubscriptionRequest,
    Method,
    PubSubChannel,
    Subscription,
    UpdateSubscriptionRequest,
)
from parley.adapters.pubsub.provisioning import Provisioned, provision, require_provisioned
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.errors import QueueMissing
from parley.queues import QUEUES
from schema.events import MessageQueued, QueueName

pytestmark = pytest.mark.integration

QUEUE = QUEUES[QueueName.MESSAGE_QUEUE]


@pytest.fixture
async def channel(pubsub_emulator: str, project_id: str) -> AsyncIterator[PubSubChannel]:
    channel = PubSubChannel(project_id, emulator_host=pubsub_emulator)
    yield channel
    await channel.close()


async def subscription(channel: PubSubChannel, name: str) -> Any:
    request = GetSubscriptionRequest(subscription=channel.subscription(name))
    return await channel.call(GET_SUBSCRIPTION, request, timeout=60)


async def delete_topic(channel: PubSubChannel, name: str) -> None:
    request: Any = pubsub.DeleteTopicRequest.pb()
    method = Method("/google.pubsub.v1.Publisher/DeleteTopic", request, empty_pb2.Empty)
    await channel.call(method, request(topic=channel.topic(name)), timeout=60)


async def test_every_queue_gets_its_topics_and_subscriptions(channel: PubSubChannel) -> None:
    done = await provision(channel)
    assert Counter(one.outcome for one in done) == {"created": 4 * len(QUEUES)}
    assert {one.name for one in done} == {
        name
        for queue in QUEUES.values()
        for name in (
            queue.topic,
            queue.subscription,
            queue.dead_letter_topic,
            queue.dead_letter_subscription,
        )
    }


async def test_topics_and_subscriptions_that_are_missing_are_named(channel: PubSubChannel) -> None:
    await provision(channel)
    await require_provisioned(channel)
    await delete_topic(channel, QUEUE.topic)

    with pytest.raises(QueueMissing, match=f"1 of {4 * len(QUEUES)} .*: topic {QUEUE.topic}$"):
        await require_provisioned(channel)


async def test_subscriptions_never_expire_and_have_a_dead_letter_topic(
    channel: PubSubChannel,
) -> None:
    await provision(channel, [QUEUE.name])
    there = await subscription(channel, QUEUE.subscription)
    assert there.HasField("expiration_policy")
    assert not there.expiration_policy.HasField("ttl")
    assert there.ack_deadline_seconds == QUEUE.ack_deadline_seconds
    assert there.dead_letter_policy.dead_letter_topic == channel.topic(QUEUE.dead_letter_topic)
    assert there.dead_letter_policy.max_delivery_attempts == 100
    keeping = await subscription(channel, QUEUE.dead_letter_subscription)
    assert keeping.topic == channel.topic(QUEUE.dead_letter_topic)


async def test_provisioning_again_changes_nothing(channel: PubSubChannel) -> None:
    await provision(channel)
    assert {one.outcome for one in await provision(channel)} == {"unchanged"}


async def test_a_setting_that_differs_is_repaired(channel: PubSubChannel) -> None:
    await provision(channel, [QUEUE.name])
    drifted = Subscription(name=channel.subscription(QUEUE.subscription), ack_deadline_seconds=40)
    request = UpdateSubscriptionRequest(subscription=drifted)
    request.update_mask.paths.append("ack_deadline_seconds")
    await channel.call(UPDATE_SUBSCRIPTION, request, timeout=60)
    done = await provision(channel, [QUEUE.name])
    assert (
        Provisioned("subscription", QUEUE.subscription, "changed", ("ack_deadline_seconds",))
        in done
    )
    there = await subscription(channel, QUEUE.subscription)
    assert there.ack_deadline_seconds == QUEUE.ack_deadline_seconds


async def test_a_subscription_whose_topic_was_deleted_is_attached_again(
    channel: PubSubChannel,
) -> None:
    await provision(channel, [QUEUE.name])
    await delete_topic(channel, QUEUE.topic)
    await provision(channel, [QUEUE.name])
    await PubSubPublisher(channel).publish([MessageQueued(chat_id="a:b", message_id="m")])
    got = await PubSubSubscriber(channel, pull_seconds=60).pull(QUEUE.name, max_messages=1)
    assert len(got) == 1


async def test_a_missing_queue_is_an_error_with_a_way_out(
    channel: PubSubChannel,
) -> None:
    with pytest.raises(QueueMissing, match="parley provision"):
        await PubSubPublisher(channel).publish([MessageQueued(chat_id="a:b", message_id="m")])
    with pytest.raises(QueueMissing, match="parley provision"):
        await PubSubSubscriber(channel).pull(QUEUE.name, max_messages=1)
