"""Read the gates that a batch passes: of its campaign's throttle, of its service's budget."""

from __future__ import annotations

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.pacing import Gate, lanes
from parley.domain.campaigns.service_rules import ServiceRules
from parley.store import Store
from schema import paths
from schema.campaigns import CampaignChannel


class Pace:
    """Reads gates; the commit of a batch moves them on."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def gates(self, campaign: Campaign, rules: ServiceRules, lane: int) -> list[Gate]:
        """Return the gates of a batch in this lane; no read if nothing is paced."""
        rates: dict[str, tuple[float, CampaignChannel | None]] = {}
        if campaign.per_minute is not None:
            path = paths.campaign_pace(campaign.id, lane)
            rates[path] = campaign.per_minute / campaign.lanes, None
        for channel in campaign.job.channels:
            budget = rules.budget(channel)
            if budget is not None:
                count = lanes(budget)
                path = paths.service_pace(campaign.service_id, channel, lane % count)
                rates[path] = budget / count, channel
        if not rates:
            return []
        found = await self._store.get_many(list(rates))
        return [
            Gate(path, rate, held, channel)
            for (path, (rate, channel)), held in zip(rates.items(), found, strict=True)
        ]
