"""Let a campaign's next batch begin while the last few pushes of one wait to be tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from parley.services.delivery.late_work import LateWork
from parley.services.delivery.notify_batches import NotifyCampaignBatches

FEW_LEFT = 10
"""Notifications that may wait on their own; more of them tell of an outage."""

_LATE_BATCHES = 32
"""Batches whose last pushes may wait at a time; further ones are waited for."""


class LateBatch:
    """A batch whose last pushes are still to come; its queue messages are held until then."""

    def __init__(self, pushing: asyncio.Future[None]) -> None:
        self._pushing = pushing

    async def wait(self) -> None:
        """Return when all outcomes are in the ledger; raise what ``NotifyCampaignBatches`` does."""
        await asyncio.shield(self._pushing)

    def hurry(self) -> None:
        """Do nothing: it ends within seconds."""


class LateBatches:
    """Notifies the people of batches. One a process: it bounds how many batches are late."""

    def __init__(self, notify: NotifyCampaignBatches) -> None:
        self._notify = notify
        self._late = LateWork(_LATE_BATCHES)

    async def notify(
        self, campaign_id: str, batch_id: str, previews: Mapping[str, str] | None
    ) -> LateBatch | None:
        """Push to a batch; return what to wait for if only a few pushes are left, else None.

        Raise what ``NotifyCampaignBatches`` raises, unless it comes later.
        """
        few_left: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_wait(left: int) -> None:
            if left <= FEW_LEFT and self._late.has_room and not few_left.done():
                few_left.set_result(None)

        pushing = asyncio.ensure_future(
            self._notify.notify(campaign_id, batch_id, previews, on_wait)
        )
        try:
            await asyncio.wait({pushing, few_left}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pushing.cancel()
            raise
        if pushing.done():
            await pushing
            return None
        self._late.leave(pushing)
        return LateBatch(pushing)
