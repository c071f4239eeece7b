"""Campaign messages: pushes for a batch that stands in its chats."""

from __future__ import annotations

from collections.abc import Sequence

from parley.services.campaigns.give_up_campaigns import GiveUpCampaigns
from parley.services.delivery.notify_batches import NotifyCampaignBatches
from schema.events import CampaignBatchSent, QueueName
from schema.reasons import DeadLetterCode
from workers.handler import IsFirst


class CampaignMessageQueueHandler:
    """One batch's pushes, however often they were queued."""

    queue = QueueName.CAMPAIGN_MESSAGE_QUEUE

    def __init__(
        self, notify_campaign_batches: NotifyCampaignBatches, give_up_campaigns: GiveUpCampaigns
    ) -> None:
        self._notify_campaign_batches = notify_campaign_batches
        self._give_up_campaigns = give_up_campaigns

    async def handle(self, payloads: Sequence[CampaignBatchSent], *, is_first: IsFirst) -> None:
        previews = next((p.previews for p in payloads if p.previews is not None), None)
        await self._notify_campaign_batches.notify(
            payloads[0].campaign_id, payloads[0].batch_id, previews
        )

    async def given_up(
        self, payload: CampaignBatchSent, *, code: DeadLetterCode, error: str
    ) -> None:
        await self._give_up_campaigns.pushes(payload.campaign_id, payload.batch_id)
