"""Batches of campaigns: written into their chats."""

from __future__ import annotations

from collections.abc import Sequence

from parley.services.send_campaign_batches import SendCampaignBatches
from schema.events import CampaignBatchReady, QueueName
from workers.handler import IsFirst


class CampaignBatchesHandler:
    """One batch, however often it was queued."""

    queue = QueueName.CAMPAIGN_BATCHES

    def __init__(self, send_campaign_batches: SendCampaignBatches) -> None:
        self._send_campaign_batches = send_campaign_batches

    async def handle(self, payloads: Sequence[CampaignBatchReady], *, is_first: IsFirst) -> None:
        await self._send_campaign_batches.send(payloads[0].campaign_id, payloads[0].batch_id)
