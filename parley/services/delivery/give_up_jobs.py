"""End a job whose queue message was dead-lettered, so that its author learns of it."""

from __future__ import annotations

from collections.abc import Sequence

from parley.domain.delivery import jobs
from parley.domain.delivery.jobs import Phase
from parley.domain.ports import Clock
from parley.services.delivery.seen_job import load_job
from parley.store import Store, Write
from parley.store.commit_loop import commit_with_retry
from schema.delivery import DeliveryReason


async def give_up_job(store: Store, clock: Clock, path: str, why: str) -> None:
    """Answer a job with ``ERROR``, unless it is settled or gone."""

    async def decide() -> Sequence[Write]:
        seen = await load_job(store, path)
        if seen is None or jobs.phase_of(seen.delivery) in (Phase.SUCCEEDED, Phase.FAILED):
            return []
        sentence = f"{why[:500].rstrip('.')}; set delivery.state to RETRY to try again"
        ended = jobs.refuse(seen.delivery, clock.now(), DeliveryReason.GIVEN_UP, sentence)
        return seen.change(ended)

    await commit_with_retry(store, decide, what=path)
