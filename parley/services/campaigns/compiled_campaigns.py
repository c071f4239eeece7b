"""A cache of validated, compiled campaigns."""

from __future__ import annotations

from datetime import datetime

from cachetools import FIFOCache

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.job import read_campaign
from parley.domain.campaigns.kinds import KINDS, Kinds
from parley.services.turns import SlowWork
from parley.store import Snapshot

_CACHE_SIZE = 100


class CompiledCampaigns:
    """Reads campaign documents; compiles each version of a campaign once."""

    def __init__(self, kinds: Kinds = KINDS, slow: SlowWork | None = None) -> None:
        self._kinds = kinds
        self._slow = slow or SlowWork()
        self._compiled: FIFOCache[str, tuple[datetime, Campaign]] = FIFOCache(_CACHE_SIZE)

    async def load(self, snapshot: Snapshot) -> Campaign:
        """Do the same as ``read``, but compile beside the event loop what it does not know yet."""
        cached = self._compiled.get(snapshot.id)
        if cached is not None and cached[0] == snapshot.update_time:
            return cached[1]
        campaign = await self._slow.run(
            lambda: read_campaign(snapshot.id, snapshot.fields, self._kinds),
            service_id=str(snapshot.fields.get("serviceId")),
        )
        self._compiled[snapshot.id] = (snapshot.update_time, campaign)
        return campaign

    def read(self, snapshot: Snapshot) -> Campaign:
        """Return the campaign of a ``campaignQueue`` document; raise ``InvalidCampaign``."""
        cached = self._compiled.get(snapshot.id)
        if cached is None or cached[0] != snapshot.update_time:
            campaign = read_campaign(snapshot.id, snapshot.fields, self._kinds)
            cached = (snapshot.update_time, campaign)
            self._compiled[snapshot.id] = cached
        return cached[1]
