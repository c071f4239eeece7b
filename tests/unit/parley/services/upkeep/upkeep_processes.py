"""Processes that run a periodic task in one virtual-time loop, and can be killed."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any, cast

from parley.services.upkeep.hold_lease import HoldLease
from parley.services.upkeep.run_upkeep import PeriodicTask, RunUpkeep
from parley.store import Store
from parley.testing.clock import START
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock


class Site:
    """One store, and what all processes did: loop time, process name, the time they were told."""

    def __init__(self) -> None:
        self.store = InMemoryStore(LoopClock())
        self.passes: list[tuple[float, str, datetime]] = []

    def who_ran_since(self, at: float) -> set[str]:
        return {name for when, name, _ in self.passes if when >= at}


class UpkeepProcess:
    """A process with one task that makes a pass each second; its clock is ``ahead`` seconds."""

    def __init__(self, site: Site, name: str, *, ahead: float = 0.0, period: float = 1.0) -> None:
        self._site = site
        self._name = name
        self._is_dead = False
        clock = LoopClock(START + timedelta(seconds=ahead))
        randomness = random.Random(name)
        self.lease = HoldLease(
            store=cast(Store, _Calls(site.store, self)),
            clock=clock,
            randomness=randomness,
            process=name,
        )
        upkeep = RunUpkeep(
            tasks=[PeriodicTask("pass", timedelta(seconds=period), self._pass)],
            lease=self.lease,
            clock=clock,
            randomness=randomness,
        )
        self._running = asyncio.create_task(upkeep.run())

    async def _pass(self, now: datetime) -> int:
        await self.live()
        self._site.passes.append((asyncio.get_running_loop().time(), self._name, now))
        return 1

    async def live(self) -> None:
        """Return at once, or never if the process is dead."""
        if self._is_dead:
            await asyncio.Event().wait()

    def kill(self) -> None:
        """End as at SIGKILL: nothing takes effect any more."""
        self._is_dead = True

    async def drain(self) -> None:
        """End as at SIGTERM."""
        self._running.cancel()
        await asyncio.wait([self._running])


class _Calls:
    """The store as one process calls it."""

    def __init__(self, store: InMemoryStore, process: UpkeepProcess) -> None:
        self._store = store
        self._process = process

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any, **options: Any) -> Any:
            await self._process.live()
            return await getattr(self._store, name)(*arguments, **options)

        return call
