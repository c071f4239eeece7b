"""Publish the batches of a campaign that are ready to be written.

A queue does not show what it holds. If batches may have been lost, one is published again as a
probe, and the worker that receives it publishes the others that are still planned.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

from parley.domain.campaigns.campaign import Campaign
from parley.domain.ports import Publisher
from parley.services.campaigns.due_batches import DueBatches
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import paths
from schema.events import CampaignBatchReady, CampaignBatchSent

_PUBLISHED_AT_ONCE = 500

LAST_TIME = datetime(9999, 12, 31, tzinfo=UTC)
"""The last day that Firestore holds."""


class ReadyBatches:
    """Publishes planned batches."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        due: DueBatches,
        randomness: random.Random,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._due = due
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

    async def publish_planned(self, campaign: Campaign) -> None:
        """Publish the batches that are still planned: the next of each lane if there are lanes."""
        if not campaign.lanes:
            planned = await self.planned(campaign.id)
            await self.publish(campaign.id, campaign.service_id, planned)
            return
        for lane in range(campaign.lanes):
            await self.publish_next(campaign, lane)

    async def publish_next(
        self, campaign: Campaign, lane: int, *, at: datetime | None = None
    ) -> bool:
        """Publish the next batch of a lane, now or at a time; return False if there is none.

        Batches of a shared chat go in the order of their numbers, so that a preview knows who joins
        before the chat is large. No-op if one is held already.
        """
        if self._due.holds((campaign.id, lane)):
            return True
        for batch_id in await self.planned(
            campaign.id,
            limit=1,
            lane=lane if campaign.lanes > 1 else None,
            order_by=BY_NUMBER if campaign.kind.is_sequential else (),
        ):
            payload = CampaignBatchReady(
                campaign_id=campaign.id, batch_id=batch_id, service_id=campaign.service_id
            )
            if at is None:
                await self._publisher.publish([payload])
            else:
                self._due.hold((campaign.id, lane), at, payload)
            return True
        return False

    def publish_later(self, campaign: Campaign, batch_id: str, *, lane: int, at: datetime) -> None:
        """Publish a batch again when its gate opens."""
        payload = CampaignBatchReady(
            campaign_id=campaign.id, batch_id=batch_id, service_id=campaign.service_id
        )
        self._due.hold((campaign.id, lane), at, payload)

    async def probe(self, campaign: Campaign) -> None:
        """Publish one planned batch, if there is any, to find out whether the others were lost."""
        if campaign.lanes:
            await self.publish_planned(campaign)
            return
        for batch_id in await self.planned(campaign.id, limit=1):
            await self._publisher.publish(
                [
                    CampaignBatchReady(
                        campaign_id=campaign.id,
                        batch_id=batch_id,
                        service_id=campaign.service_id,
                        is_probe=True,
                    )
                ]
            )

    async def publish_unnotified(self, campaign_id: str, service_id: str) -> None:
        """Publish the notify jobs of all batches whose pushes are not settled."""
        batch_ids = await self._ids(campaign_id, _UNNOTIFIED, None)
        if batch_ids:
            await self._publisher.publish(
                [_sent(campaign_id, batch_id, service_id) for batch_id in batch_ids]
            )

    async def probe_unnotified(self, campaign_id: str, service_id: str) -> None:
        """Publish one such job, if there is any, to find out whether the others were lost."""
        for batch_id in await self._ids(campaign_id, _UNNOTIFIED, 1):
            await self._publisher.publish([_sent(campaign_id, batch_id, service_id, is_probe=True)])

    async def has_unnotified(self, campaign_id: str) -> bool:
        """Return whether the pushes of a batch are not settled."""
        return bool(await self._ids(campaign_id, _UNNOTIFIED, 1))

    async def planned(
        self,
        campaign_id: str,
        limit: int | None = None,
        lane: int | None = None,
        order_by: tuple[OrderBy, ...] = (),
    ) -> list[str]:
        """Return the ids of batches with people who are planned."""
        where: tuple[Where, ...] = (Where("state", "==", "planned"),)
        if lane is not None:
            where = (*where, Where("lane", "==", lane))
        return await self._ids(campaign_id, where, limit, order_by)

    async def held(self, campaign_id: str, by: datetime = LAST_TIME) -> list[str]:
        """Return the ids of batches with people who are held until a time at most."""
        return await self._ids(campaign_id, (Where("heldUntil", "<=", by),), None)

    async def next_release(self, campaign_id: str) -> datetime | None:
        """Return when the first of those who are held is tried again, None if nobody is held."""
        query = Query(
            paths.campaign_batches(campaign_id),
            order_by=(OrderBy("heldUntil"),),
            limit=1,
            select=("heldUntil",),
        )
        return await self._time(query, "heldUntil")

    async def falling_back(self, campaign_id: str, by: datetime = LAST_TIME) -> list[str]:
        """Return the ids of batches with people who get their other channel by a time."""
        return await self._ids(campaign_id, (Where("fallbackAt", "<=", by),), None)

    async def next_fallback(self, campaign_id: str) -> datetime | None:
        """Return when the first person gets their other channel, None if nobody awaits it."""
        query = Query(
            paths.campaign_batches(campaign_id),
            order_by=(OrderBy("fallbackAt"),),
            limit=1,
            select=("fallbackAt",),
        )
        return await self._time(query, "fallbackAt")

    async def sending(self, campaign_id: str, limit: int) -> list[Snapshot]:
        """Return the batches in which people have been sent to for the longest time."""
        query = Query(
            paths.campaign_batches(campaign_id), order_by=(OrderBy("sendingSince"),), limit=limit
        )
        return [snapshot async for page in self._store.stream(query) for snapshot in page]

    async def _time(self, query: Query, field: str) -> datetime | None:
        """Return a time of the first batch found, None if none has it."""
        async for page in self._store.stream(query):
            for snapshot in page:
                at = snapshot.fields.get(field)
                return at if isinstance(at, datetime) else None
        return None

    async def _ids(
        self,
        campaign_id: str,
        where: tuple[Where, ...],
        limit: int | None,
        order_by: tuple[OrderBy, ...] = (),
    ) -> list[str]:
        batches = paths.campaign_batches(campaign_id)
        query = Query(batches, where=where, order_by=order_by, limit=limit, select=())
        return [snapshot.id async for page in self._store.stream(query) for snapshot in page]


BY_NUMBER = (OrderBy("number"),)
_UNNOTIFIED = (Where("state", "==", "sent"),)


def _sent(
    campaign_id: str, batch_id: str, service_id: str, *, is_probe: bool | None = None
) -> CampaignBatchSent:
    return CampaignBatchSent(
        campaign_id=campaign_id, batch_id=batch_id, service_id=service_id, is_probe=is_probe
    )
