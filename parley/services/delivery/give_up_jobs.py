"""End a job whose queue message was dead-lettered, so that its author learns of it."""

from __future__ import annotations

from collections.abc import Sequence

from parley.domain.delivery import jobs
from parley.domain.delivery.jobs import Phase
from parley.domain.ports import Clock
from parley.services.delivery.seen_job import load_job
from parley.store import Store, Write
from parley.store.commit_loop import commit_with_retry
from schema.delivery import Delivery, DeliveryReason

WAY_OUT = "set delivery.state to RETRY to try again"

_MAY_END = frozenset({Phase.NEW, Phase.WAITING})
"""Phases in which the provider has surely not taken the job. From the others, the sweep goes on:
a retry of a job that was sent would be a second one."""


class GiveUpJobs:
    """Ends jobs with the reason ``givenUp``.

    ``ends_sent``: also jobs that may have been sent, where sending twice does no harm.
    """

    def __init__(self, *, store: Store, clock: Clock, ends_sent: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._ends_sent = ends_sent

    async def give_up(self, path: str, why: str) -> None:
        """End a job that was not sent; leave one that is settled, or may have been sent.

        Where ``ends_sent``, leave settled ones alone.
        """

        async def decide() -> Sequence[Write]:
            seen = await load_job(self._store, path)
            if seen is None or not self._may_end(seen.delivery, seen.is_readable):
                return []
            sentence = f"{why[:500].rstrip('.')}; {WAY_OUT}"
            now = self._clock.now()
            return seen.change(jobs.refuse(seen.delivery, now, DeliveryReason.GIVEN_UP, sentence))

        await commit_with_retry(self._store, decide, what=path)

    def _may_end(self, delivery: Delivery | None, is_readable: bool) -> bool:
        phase = jobs.phase_of(delivery)
        if self._ends_sent:
            return phase not in (Phase.SUCCEEDED, Phase.FAILED)
        is_asked_again = phase is Phase.RETRY and not jobs.is_unknown(delivery)
        return is_readable and (phase in _MAY_END or is_asked_again)
