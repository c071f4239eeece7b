"""Campaigns as they are read by the workers: checked once, compiled once, remembered."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from parley.domain.campaigns.job import Campaign, read_campaign
from parley.store import Snapshot

_MOST = 100


class CompiledCampaigns:
    """Reads campaign documents, and compiles each version of one only once."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[datetime, Campaign]] = OrderedDict()

    def read(self, snapshot: Snapshot) -> Campaign:
        """The campaign of a ``campaignQueue`` document; raises ``InvalidCampaign``."""
        held = self._held.get(snapshot.id)
        if held is None or held[0] != snapshot.update_time:
            held = (snapshot.update_time, read_campaign(snapshot.id, snapshot.fields))
            self._held[snapshot.id] = held
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        return held[1]
