"""Which process sweeps behind a queue: one at a time, however many there are.

The lease is a document that its holder rewrites every few seconds under its ``update_time``. Who
does not hold it looks whether it still changes, by the intervals of its own clock, so no two clocks
are compared. What the holder is told with each renewal is the store's time, and that it sweeps by.

A holder that was only stopped may sweep once beside its successor, which does no harm.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict, ParleyError
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Delete,
    Increment,
    Set,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from schema import paths
from schema.patches import Patch
from schema.sweep_leases import lease_patch

RENEWED_EVERY_SECONDS = 5.0
LEASE = timedelta(seconds=15)
"""After a holder died others sweep within 20 s; its successor finds what waited meanwhile."""

_RELEASE_SECONDS = 0.5


class SweepLease:
    """One process' part in it."""

    def __init__(self, *, store: Store, clock: Clock, name: str) -> None:
        self._store = store
        self._clock = clock
        self._path = paths.sweep(name)
        self._own: datetime | None = None
        """The document's ``update_time`` after this process wrote it last, while it holds it."""
        self._told: tuple[datetime, datetime] | None = None
        """The store's time at the last renewal, and this process' own then."""
        self._seen: tuple[datetime, datetime] | None = None
        """Another's ``update_time``, and since when it stands by this process' clock."""

    def now(self) -> datetime | None:
        """The store's time while this process holds the lease, else None."""
        if self._told is None:
            return None
        store_time, own_time = self._told
        since = self._clock.now() - own_time
        return store_time + since if since < LEASE else None

    async def keep(self) -> None:
        """Hold the lease, or wait for it, until cancelled; then leave it to others."""
        try:
            while True:
                await self.renew()
                await self._clock.sleep(RENEWED_EVERY_SECONDS)
        finally:
            with suppress(ParleyError, TimeoutError):
                async with asyncio.timeout(_RELEASE_SECONDS):
                    await self.release()

    async def renew(self) -> None:
        """Renew the lease, take it if it is free, or see that somebody else has it."""
        write = await self._taking() if self._own is None else self._changing(self._own)
        if write is None:
            return
        asked_at = self._clock.now()
        try:
            result = await self._store.commit([write])
        except (Conflict, CommitOutcomeUnknown):
            self._own = self._told = None
            return
        self._own = result.update_times[0]
        self._told = (result.commit_time, asked_at)

    async def release(self) -> None:
        """Let another process have it at once."""
        if self._own is not None:
            own, self._own, self._told = self._own, None, None
            await self._store.commit([Delete(self._path, UpdatedAt(own))])

    async def _taking(self) -> Write | None:
        (held,) = await self._store.get_many([self._path], select=())
        now = self._clock.now()
        if held is None:
            return Set(self._path, self._fields(), MUST_NOT_EXIST)
        if self._seen is None or self._seen[0] != held.update_time:
            self._seen = (held.update_time, now)
        return self._changing(held.update_time) if now - self._seen[1] >= LEASE else None

    def _changing(self, update_time: datetime) -> Write:
        return Update(self._path, self._fields(), UpdatedAt(update_time))

    def _fields(self) -> Patch:
        return lease_patch(renewals=Increment(1), at=SERVER_TIME)
