"""End the people of a campaign who got nothing yet: given up, cancelled or expired.

Every change is fenced like the sending itself, so a batch that another worker sends meanwhile stays
as it is. All calls are idempotent.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from parley.domain.campaigns.batch import excluded_recipient
from parley.domain.campaigns.fallbacks import ended_entries
from parley.domain.delivery.routing import Exclusion
from parley.domain.ports import Clock, Publisher
from parley.services.campaigns.fenced_update import update_under_fence
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.store import DELETE_FIELD, SERVER_TIME, Changes, Increment, Snapshot, Store
from schema import paths
from schema.batches import recipients_patch
from schema.events import CampaignBatchSent
from schema.ledger import StoredBatch, has_open_push

_AT_ONCE = 8


class EndBatches:
    """Ends the planned and held people of batches.

    People who were sent something before and wait for their other channel stay as that
    left them.
    """

    def __init__(
        self, *, store: Store, publisher: Publisher, ready: ReadyBatches, clock: Clock
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._ready = ready
        self._clock = clock

    async def all(self, campaign_id: str, why: Exclusion, *, falls_back: bool = False) -> None:
        """End everybody of a campaign who is planned or held.

        ``falls_back``: people may wait for their other channel too.
        """
        waiting = [*await self._ready.planned(campaign_id), *await self._ready.held(campaign_id)]
        if falls_back:
            waiting += await self._ready.falling_back(campaign_id)
        batch_ids = list(dict.fromkeys(waiting))
        for first in range(0, len(batch_ids), _AT_ONCE):
            some = batch_ids[first : first + _AT_ONCE]
            await asyncio.gather(
                *(
                    self.one(campaign_id, batch_id, why, ends_fallbacks=falls_back)
                    for batch_id in some
                )
            )

    async def one(
        self, campaign_id: str, batch_id: str, why: Exclusion, *, ends_fallbacks: bool = False
    ) -> StoredBatch | None:
        """End the planned and held people of a batch, and notify those who have their message.

        ``ends_fallbacks``: those who await their other channel get it no more. Return the batch as
        it stands then, None if it does not exist.
        """
        stored: StoredBatch | None = None

        def ended(found: Snapshot) -> Changes | None:
            nonlocal stored
            now = self._clock.now()
            stored = StoredBatch.read(found.fields, now)
            ends = ended_entries(
                stored, excluded_recipient(why, now), ends_fallbacks=ends_fallbacks
            )
            if not ends and stored.state != "planned":
                return None
            recipients = stored.recipients | ends
            stored = replace(stored, recipients=recipients, planned=[])
            return recipients_patch(
                recipients,
                state="sent" if has_open_push(recipients) else "done",
                attempt=Increment(1),
                at=SERVER_TIME,
                delete_field=DELETE_FIELD,
            )

        await update_under_fence(self._store, paths.campaign_batch(campaign_id, batch_id), ended)
        if stored is not None and stored.state != "done" and has_open_push(stored.recipients):
            # Also if it was written before: the worker may have died before it published this.
            await self._publisher.publish(
                [
                    CampaignBatchSent(
                        campaign_id=campaign_id, batch_id=batch_id, service_id=stored.service_id
                    )
                ]
            )
        return stored
