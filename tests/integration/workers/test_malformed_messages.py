"""What is no payload is parked with its reason, and the worker lives on."""

from __future__ import annotations

import asyncio
import json

from parley.adapters.pubsub.channel import PUBLISH, PublishRequest, PubSubChannel
from parley.queues import QUEUES
from schema import paths
from schema.events import MessageQueued, QueueName
from tests.integration.workers.conftest import Site

MALFORMED = {
    b"\xff\xfe no text": "malformed",
    b"{not json": "malformed",
    b"[]": "malformed",
    json.dumps({"v": 1, "chatId": "ann:bob"}).encode(): "malformed",
    json.dumps({"v": 99, "chatId": "ann:bob", "messageId": "m"}).encode(): "unknownVersion",
}


async def test_malformed_queue_messages_are_parked_and_the_worker_lives_on(site: Site) -> None:
    worker = site.start_worker("message-queue")
    settings = site.app.settings
    channel = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)
    request = PublishRequest(topic=channel.topic(QUEUES[QueueName.MESSAGE_QUEUE].topic))
    for data in MALFORMED:
        request.messages.add().data = data
    await channel.call(PUBLISH, request, timeout=10)
    await channel.close()

    async with asyncio.timeout(60):
        while len(letters := await site.documents(paths.DEAD_LETTERS)) < len(MALFORMED):
            worker.require_running()
            await site.app.clock.sleep(0.05)

    codes = sorted(letter["error"]["code"] for letter in letters.values())
    assert codes == sorted(MALFORMED.values())
    assert {letter["queue"] for letter in letters.values()} == {"message-queue"}
    assert all(letter["error"]["message"] for letter in letters.values())

    chat_id = await site.direct_chat()
    await site.post(chat_id, "m1", "ann")
    await site.publish(MessageQueued(chat_id=chat_id, message_id="m1"))
    await site.wait_for(paths.user_chat("bob", chat_id), messageCount=1)
    worker.require_running()
