"""Count a campaign's recipients by state and by reason, as sums over its batches."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

from parley.store import Query, Store, Sum
from schema import paths
from schema.ledger import StoredBatch, numbers
from schema.reasons import RecipientReason, RecipientState

_SUMS = 5
"""The most sums in one aggregation query."""

SUMMED_REASONS = tuple(str(reason) for reason in RecipientReason if not reason.is_of_sms_worker)
"""The reasons that are summed by the store."""

_LOOKED_THROUGH = 5
"""How many batches to search for an example. If all failed for one reason, the first has one."""


class LedgerSums:
    """Adds up the counts of a campaign's batches in the store."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def counts(self, campaign_id: str) -> dict[str, int]:
        """Return the number of recipients in each of the ten states."""
        states = [str(state) for state in RecipientState]
        return await self._sum(campaign_id, "counts", states, at_once=_SUMS)

    async def skipped_by(self, campaign_id: str) -> dict[str, int]:
        """Return the number of skipped recipients by reason."""
        return await self._reasons(campaign_id, "skippedBy")

    async def failed_by(
        self, campaign_id: str, failed: int, told: Mapping[str, int], *, is_exact: bool
    ) -> dict[str, int]:
        """Return how many of the ``failed`` recipients failed for each reason.

        Nobody knows the codes of a provider beforehand, and what an SMS worker refuses is rare, so
        those take a read for each batch. Unless ``is_exact``, they stay as they were ``told`` last.
        """
        reasons = await self._reasons(campaign_id, "failedBy")
        if sum(reasons.values()) == failed:
            return reasons
        if not is_exact:
            others = {name: count for name, count in told.items() if name not in SUMMED_REASONS}
            return others | reasons
        found: Counter[str] = Counter()
        query = Query(paths.campaign_batches(campaign_id), select=("failedBy",))
        async for page in self._store.stream(query):
            for batch in page:
                found.update(numbers(batch.fields.get("failedBy")))
        return dict(found)

    async def example(self, campaign_id: str, reason: str) -> str | None:
        """Return the ``detail`` of one person who failed for this reason, if found soon."""
        query = Query(paths.campaign_batches(campaign_id), limit=_LOOKED_THROUGH)
        async for page in self._store.stream(query):
            for snapshot in page:
                for held in StoredBatch.read(snapshot.fields, snapshot.update_time).failed():
                    if held.get("reason") == reason and isinstance(held.get("detail"), str):
                        return str(held["detail"])
        return None

    async def _reasons(self, campaign_id: str, field: str) -> dict[str, int]:
        """Return the number of recipients for each reason that occurs.

        Each reason needs its own query: an aggregation skips documents that lack one of its fields
        (https://firebase.google.com/docs/firestore/query-data/aggregation-queries), and few batches
        have every reason.
        """
        sums = await self._sum(campaign_id, field, [*SUMMED_REASONS], at_once=1)
        return {reason: count for reason, count in sums.items() if count}

    async def _sum(
        self, campaign_id: str, field: str, names: list[str], *, at_once: int
    ) -> dict[str, int]:
        query = Query(paths.campaign_batches(campaign_id))
        chunks = [names[start : start + at_once] for start in range(0, len(names), at_once)]
        answers = await asyncio.gather(
            *(
                self._store.aggregate(query, {name: Sum((field, name)) for name in chunk})
                for chunk in chunks
            )
        )
        return {name: int(value) for answer in answers for name, value in answer.items()}
