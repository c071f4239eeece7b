import pytest

from parley.errors import QueueUnavailable
from parley.testing.in_memory_publisher import InMemoryPublisher
from schema.events import CampaignQueued, MessageQueued, QueueName


async def test_payloads_are_kept_in_order_until_they_are_taken() -> None:
    publisher = InMemoryPublisher()
    message = MessageQueued(chat_id="c", message_id="m")
    campaign = CampaignQueued(campaign_id="k")
    await publisher.publish([message, campaign])
    assert publisher.on(QueueName.CAMPAIGN_QUEUE) == [campaign]
    assert publisher.take() == [message, campaign]
    assert publisher.take() == []


async def test_a_failure_stores_nothing_and_a_lost_answer_everything() -> None:
    publisher = InMemoryPublisher()
    message = MessageQueued(chat_id="c", message_id="m")
    publisher.fail()
    with pytest.raises(QueueUnavailable):
        await publisher.publish([message])
    assert publisher.published == []
    publisher.lose_answer()
    with pytest.raises(QueueUnavailable):
        await publisher.publish([message])
    assert publisher.published == [message]
