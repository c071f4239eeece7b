"""Batches of campaigns: written into their chats."""

from __future__ import annotations

from collections.abc import Sequence

from parley.services.campaigns.give_up_campaigns import GiveUpCampaigns
from parley.services.campaigns.send_batches import SendCampaignBatches
from schema.events import CampaignBatchReady, QueueName
from schema.reasons import DeadLetterCode
from workers.handler import IsFirst


class CampaignBatchesHandler:
    """One batch, however often it was queued."""

    queue = QueueName.CAMPAIGN_BATCHES

    def __init__(
        self, send_campaign_batches: SendCampaignBatches, give_up_campaigns: GiveUpCampaigns
    ) -> None:
        self._send_campaign_batches = send_campaign_batches
        self._give_up_campaigns = give_up_campaigns

    async def handle(self, payloads: Sequence[CampaignBatchReady], *, is_first: IsFirst) -> None:
        await self._send_campaign_batches.send(
            payloads[0].campaign_id,
            payloads[0].batch_id,
            is_probe=any(payload.is_probe for payload in payloads),
        )

    async def given_up(
        self, payload: CampaignBatchReady, *, code: DeadLetterCode, error: str
    ) -> None:
        await self._give_up_campaigns.batch(payload.campaign_id, payload.batch_id, error)
