"""A cache of validated, compiled campaigns."""

from __future__ import annotations

from datetime import datetime

from cachetools import FIFOCache

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.job import read_campaign
from parley.domain.campaigns.kinds import KINDS, Kinds
from parley.store import Snapshot

_CACHE_SIZE = 100


class CompiledCampaigns:
    """Reads campaign documents; compiles each version of a campaign once."""

    def __init__(self, kinds: Kinds = KINDS) -> None:
        self._kinds = kinds
        self._compiled: FIFOCache[str, tuple[datetime, Campaign]] = FIFOCache(_CACHE_SIZE)

    def read(self, snapshot: Snapshot) -> Campaign:
        """Return the campaign of a ``campaignQueue`` document; raise ``InvalidCampaign``."""
        cached = self._compiled.get(snapshot.id)
        if cached is None or cached[0] != snapshot.update_time:
            campaign = read_campaign(snapshot.id, snapshot.fields, self._kinds)
            cached = (snapshot.update_time, campaign)
            self._compiled[snapshot.id] = cached
        return cached[1]
