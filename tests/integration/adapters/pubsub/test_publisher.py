import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.errors import PermanentError, QueueUnavailable
from schema.events import CampaignBatchSent, MessageQueued, QueueName

pytestmark = pytest.mark.integration


def test_a_synchronous_function_can_publish_from_any_thread(
    pubsub_emulator: str, project_id: str
) -> None:
    channel = PubSubChannel(project_id, emulator_host=pubsub_emulator)
    publisher = PubSubPublisher(channel)

    async def once(number: int) -> None:
        await publisher.publish([MessageQueued(chat_id="a:b", message_id=f"m{number}")])
        await channel.close()

    async def count() -> int:
        got = await PubSubSubscriber(channel).pull(QueueName.MESSAGE_QUEUE, max_messages=100)
        await channel.close()
        return len(got)

    async def make() -> None:
        await provision(channel, [QueueName.MESSAGE_QUEUE])
        await channel.close()

    asyncio.run(make())
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: asyncio.run(once(number)), range(12)))
    assert asyncio.run(count()) == 12


async def test_a_payload_over_the_limit_is_refused_with_the_limit(
    project_id: str,
) -> None:
    channel = PubSubChannel(project_id, emulator_host="127.0.0.1:9")
    huge = CampaignBatchSent(
        campaign_id="c", batch_id="b", service_id="s", previews={"uid": "x" * 9_000_001}
    )
    with pytest.raises(PermanentError, match="over the limit of 9000000 bytes"):
        await PubSubPublisher(channel).publish([huge])


async def test_publishing_to_an_unreachable_server_ends_at_the_deadline(project_id: str) -> None:
    channel = PubSubChannel(project_id, emulator_host="127.0.0.1:9")
    publisher = PubSubPublisher(channel, deadline_seconds=0.5)
    with pytest.raises(QueueUnavailable, match="UNAVAILABLE"):
        await publisher.publish([MessageQueued(chat_id="a:b", message_id="m")])
    await channel.close()
