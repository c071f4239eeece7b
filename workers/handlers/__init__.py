"""One handler per queue; a file bears its queue's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from parley.bootstrap import App
from schema.events import QueueName
from workers.handlers.campaign_batches import CampaignBatchesHandler
from workers.handlers.campaign_message_queue import CampaignMessageQueueHandler
from workers.handlers.campaign_queue import CampaignQueueHandler
from workers.handlers.message_queue import MessageQueueHandler

HANDLERS: dict[QueueName, Callable[[App], Any]] = {
    QueueName.CAMPAIGN_QUEUE: lambda app: CampaignQueueHandler(
        app.run_campaigns, app.give_up_campaigns
    ),
    QueueName.CAMPAIGN_BATCHES: lambda app: CampaignBatchesHandler(
        app.send_campaign_batches, app.give_up_campaigns
    ),
    QueueName.CAMPAIGN_MESSAGE_QUEUE: lambda app: CampaignMessageQueueHandler(
        app.notify_campaign_batches, app.give_up_campaigns
    ),
    QueueName.MESSAGE_QUEUE: lambda app: MessageQueueHandler(
        app.fan_out_messages, app.give_up_messages
    ),
}
"""The queues that this version works on, and who does it."""
