"""Campaigns: validated, planned, put on the batches' queue."""

from __future__ import annotations

from collections.abc import Sequence

from parley.services.campaigns.give_up_campaigns import GiveUpCampaigns
from parley.services.campaigns.run_campaigns import RunCampaigns
from schema.events import CampaignQueued, QueueName
from schema.reasons import DeadLetterCode
from workers.handler import IsFirst


class CampaignQueueHandler:
    """Nudges of one campaign; many are one."""

    queue = QueueName.CAMPAIGN_QUEUE

    def __init__(self, run_campaigns: RunCampaigns, give_up_campaigns: GiveUpCampaigns) -> None:
        self._run_campaigns = run_campaigns
        self._give_up_campaigns = give_up_campaigns

    async def handle(self, payloads: Sequence[CampaignQueued], *, is_first: IsFirst) -> None:
        await self._run_campaigns.run(payloads[0].campaign_id)

    async def given_up(self, payload: CampaignQueued, *, code: DeadLetterCode, error: str) -> None:
        await self._give_up_campaigns.campaign(payload.campaign_id, error)
