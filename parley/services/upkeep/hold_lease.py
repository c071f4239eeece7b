"""The lease of the process that runs the periodic tasks: one process at a time.

The lease is a document that its holder renews every few seconds under its ``update_time``. Another
process claims it when it has expired by the store's time, so no two clocks are compared. A holder
measures its own term by its event loop and ends it first, also if it was stopped and wakes up.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.domain.upkeep.lease_claims import LEASE, Own, Taken, judge_lease
from parley.errors import Conflict, ParleyError
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Increment,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from parley.structured_logging import error_text, get_log
from schema import paths
from schema.upkeep_leases import UpkeepLease, lease_patch

RENEW_SECONDS = 5.0

JITTER_SECONDS = 5.0
"""Added at random to each wait, so that waiting processes do not all ask at once. With ``LEASE``
it bounds the time from the death of a holder to the next claim: 20 s."""

_WHAT = "the upkeep lease"

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class _Term:
    """The time from one write of the lease; ``answered_at`` and ``ends_at`` are loop times."""

    token: int
    update_time: datetime
    answered_at: float
    ends_at: float

    @classmethod
    def start(cls, token: int, update_time: datetime, *, asked_at: float) -> _Term:
        return cls(token, update_time, _monotonic(), asked_at + LEASE.total_seconds())


class HoldLease:
    """The lease as one process sees it. ``process`` is an id that no other process has."""

    def __init__(
        self, *, store: Store, clock: Clock, randomness: random.Random, process: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._process = process
        self._path = paths.upkeep_lease()
        self._term: _Term | None = None

    @property
    def token(self) -> int | None:
        """The fencing token while this process holds the lease, else None."""
        return self._term.token if self._term is not None and self.now() is not None else None

    def now(self) -> datetime | None:
        """Return the store's time while this process holds the lease, else None.

        The time is never ahead of the store's. It lags by at most the last commit's round trip.
        """
        term, at = self._term, _monotonic()
        if term is None or at >= term.ends_at:
            return None
        return term.update_time + timedelta(seconds=at - term.answered_at)

    async def claim(self) -> float:
        """Claim the lease if it is free; return 0, or the seconds after which to ask again.

        Raise the store's errors.
        """
        wait = 0.0
        token = 0
        asked_at = _monotonic()

        async def decide() -> list[Write]:
            nonlocal wait, token, asked_at
            asked_at = _monotonic()
            found, read_at = await self._store.get_timed(self._path)
            judged = judge_lease(
                _parse(found),
                written_at=read_at if found is None else found.update_time,
                read_at=read_at,
                process=self._process,
            )
            if isinstance(judged, Taken):
                wait = judged.left.total_seconds() + self.jitter()
                return []
            # A lease that is this process's own was claimed by a commit whose answer was lost.
            token = judged.token
            fields = lease_patch(
                token=token, holder=self._process, renewals=Increment(1), renewed_at=SERVER_TIME
            )
            if found is None:
                return [Set(self._path, fields, MUST_NOT_EXIST)]
            return [Update(self._path, fields, UpdatedAt(found.update_time))]

        result = await commit_with_retry(self._store, decide, what=_WHAT)
        if result is None:
            return wait
        self._term = _Term.start(token, result.update_times[0], asked_at=asked_at)
        return 0.0

    def jitter(self) -> float:
        """Draw a wait in seconds, so that processes do not ask together."""
        return self._randomness.uniform(0.0, JITTER_SECONDS)

    async def keep(self, on_end: Callable[[], None]) -> None:
        """Renew the lease until it is lost; return then.

        Call ``on_end`` from a timer if the term ends without a renewal. The event loop runs its
        timers before any task that waited, so a process that was stopped acts no more.
        """
        loop = asyncio.get_running_loop()
        while (term := self._term) is not None:
            timer = loop.call_at(term.ends_at, on_end)
            try:
                await self._clock.sleep(RENEW_SECONDS)
                self._term = await self._renew(term)
            except ParleyError as error:
                _log.warning("upkeep.notRenewed", fencingToken=term.token, error=error_text(error))
            finally:
                timer.cancel()

    async def release(self) -> None:
        """Let another process claim the lease at once, if this one holds it."""
        term, self._term = self._term, None
        if term is not None:
            fields = lease_patch(holder=None, renewals=Increment(1))
            with suppress(Conflict):
                await self._store.commit([Update(self._path, fields, UpdatedAt(term.update_time))])

    async def _renew(self, term: _Term) -> _Term | None:
        """Return the next term, or None if another process has claimed the lease."""
        update_time: datetime | None = term.update_time
        asked_at = _monotonic()

        async def decide() -> list[Write]:
            nonlocal update_time, asked_at
            asked_at = _monotonic()
            written_at = update_time or await self._own_update_time(term.token)
            if written_at is None:
                return []
            # After a conflict or a lost answer, only the document tells whose it is.
            update_time = None
            fields = lease_patch(renewals=Increment(1), renewed_at=SERVER_TIME)
            return [Update(self._path, fields, UpdatedAt(written_at))]

        result = await commit_with_retry(self._store, decide, what=_WHAT)
        if result is None:
            return None
        return _Term.start(term.token, result.update_times[0], asked_at=asked_at)

    async def _own_update_time(self, token: int) -> datetime | None:
        """Return when the lease was written last, or None if this process lost it."""
        found, read_at = await self._store.get_timed(self._path)
        if found is None:
            return None
        written_at = found.update_time
        judged = judge_lease(
            _parse(found), written_at=written_at, read_at=read_at, process=self._process
        )
        return written_at if judged == Own(token) else None


def _parse(found: Snapshot | None) -> UpkeepLease | None:
    return None if found is None else UpkeepLease.parse_or_none(found.fields)


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
