"""Publish the batches of a campaign that are ready to be written.

A queue does not show what it holds. If batches may have been lost, one is published again as a
probe, and the worker that receives it publishes the others that are still planned.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from parley.domain.ports import Publisher
from parley.store import Query, Store, Where
from schema import paths
from schema.events import CampaignBatchReady

_PUBLISHED_AT_ONCE = 500


class ReadyBatches:
    """Publishes planned batches."""

    def __init__(self, *, store: Store, publisher: Publisher, randomness: random.Random) -> None:
        self._store = store
        self._publisher = publisher
        self._randomness = randomness

    async def publish(self, campaign_id: str, service_id: str, batch_ids: Sequence[str]) -> None:
        """Publish these batches in random order, so that workers do not share a key range."""
        shuffled = list(batch_ids)
        self._randomness.shuffle(shuffled)
        for start in range(0, len(shuffled), _PUBLISHED_AT_ONCE):
            await self._publisher.publish(
                [
                    CampaignBatchReady(
                        campaign_id=campaign_id, batch_id=batch_id, service_id=service_id
                    )
                    for batch_id in shuffled[start : start + _PUBLISHED_AT_ONCE]
                ]
            )

    async def publish_planned(self, campaign_id: str, service_id: str) -> None:
        """Publish all batches that are still planned."""
        await self.publish(campaign_id, service_id, await self.planned(campaign_id))

    async def probe(self, campaign_id: str, service_id: str) -> None:
        """Publish one batch that is still planned, to find out whether the others were lost."""
        for batch_id in await self.planned(campaign_id, limit=1):
            await self._publisher.publish(
                [
                    CampaignBatchReady(
                        campaign_id=campaign_id,
                        batch_id=batch_id,
                        service_id=service_id,
                        is_probe=True,
                    )
                ]
            )

    async def planned(self, campaign_id: str, limit: int | None = None) -> list[str]:
        """Return the ids of the batches that are not written yet."""
        query = Query(
            paths.campaign_batches(campaign_id),
            where=(Where("state", "==", "planned"),),
            limit=limit,
            select=(),
        )
        return [snapshot.id async for page in self._store.stream(query) for snapshot in page]
