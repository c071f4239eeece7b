"""Compose batches without holding up the event loop: dear texts are rendered beside it.

Most texts cost a microsecond or two for each person, so a batch is composed at once, within an
allowance of steps. A batch that exceeds it is composed again beside the loop, as are all later
batches of its campaign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from cachetools import FIFOCache

from parley.domain.campaigns.batch import Sending
from parley.domain.campaigns.templates import Allowance, OverAllowance
from parley.services.turns import SlowWork

T = TypeVar("T")

STEPS_ON_THE_LOOP = 10_000
"""Steps of rendering that one batch may take in the event loop: some 10 ms."""

_REMEMBERED = 1_000


class ComposeBatches:
    """Remembers the campaigns whose texts are dear."""

    def __init__(self, slow: SlowWork) -> None:
        self._slow = slow
        self._dear: FIFOCache[str, None] = FIFOCache(_REMEMBERED)

    async def compose(self, sending: Sending, work: Callable[[Sending], T]) -> T:
        """Return ``work(sending)``, which renders texts and has no other effect."""
        campaign = sending.campaign
        if campaign.id not in self._dear:
            try:
                return work(replace(sending, allowance=Allowance(STEPS_ON_THE_LOOP)))
            except OverAllowance:
                self._dear[campaign.id] = None
        return await self._slow.run(lambda: work(sending), service_id=campaign.service_id)
