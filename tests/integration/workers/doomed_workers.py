"""Workers that are killed at a step, one after the other, with a clock that a test moves."""

from __future__ import annotations

import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from emulator.binaries import ROOT
from emulator.process import Process
from parley.store import Query
from schema.delivery import UNKNOWN_STATUS
from schema.events import Payload
from tests import patient_http
from tests.integration.workers.conftest import Site


class DoomedWorkers:
    """Processes of `doomed_worker`: one at a time, so that a later clock stands for waiting."""

    def __init__(self, site: Site, queue: str) -> None:
        self._site = site
        self._queue = queue
        self._clock = site.logs / "minutes-ahead"
        self.set_clock(0)

    def set_clock(self, minutes: int) -> None:
        """Set by how much the workers' clock is ahead of ours."""
        replacement = self._clock.with_suffix(".new")
        replacement.write_text(str(minutes))
        replacement.replace(self._clock)

    async def start(self, step: str | None = None, path: str | None = None) -> Process:
        """A worker that listens to its queue, and ends itself at a step of one job, or never."""
        name = f"doomed-{len(self._site.workers) + 1}"
        doom = [step, path] if step is not None and path is not None else []
        worker = Process(
            name,
            [
                sys.executable,
                *("-m", "tests.integration.workers.doomed_worker"),
                *(str(self._clock), self._queue, *doom),
            ],
            log=self._site.logs / f"{name}.log",
            environment=self._site.environment,
            cwd=ROOT,
        )
        worker.start()
        self._site.workers.append(worker)

        async def look() -> str | None:
            return None if "worker.started" in worker.said() else f"{name} has not started"

        await self._site.until(look)
        return worker

    async def publish_until(
        self, look: Callable[[], Awaitable[object]], payloads: Sequence[Payload]
    ) -> None:
        """Publish every second until ``look`` finds nothing amiss.

        The open pull of a dead worker takes what is published next, and keeps it for a lease.
        """
        clock = self._site.app.clock
        due = clock.now()

        async def publish_and_look() -> object:
            nonlocal due
            if clock.now() >= due:
                await self._site.publish(*payloads)
                due = clock.now() + timedelta(seconds=1)
            return await look()

        await self._site.until(publish_and_look)

    async def kill(self, worker: Process) -> None:
        worker.signal(signal.SIGKILL)
        await self.until_killed(worker)

    async def until_killed(self, worker: Process, payloads: Sequence[Payload] = ()) -> None:
        """Return when a worker was killed, by itself or by us; publish until then."""

        async def look() -> str | None:
            return f"{worker.name} lives" if worker.running else None

        await self.publish_until(look, payloads)
        assert worker.status == -signal.SIGKILL, worker.log_tail()


def log_of(stand_in: str) -> list[dict[str, Any]]:
    """Everything that reached a stand-in."""
    entries: list[dict[str, Any]] = patient_http.get(f"{stand_in}/_/messages").json()
    return entries


async def deliveries(site: Site, collection: str, *, is_group: bool = False) -> dict[str, Any]:
    """The answers of all jobs by their paths; an empty one for a job that nobody has claimed."""
    query = Query(collection, is_group=is_group)
    return {
        job.path: job.fields.get("delivery") or {}
        async for page in site.app.store.stream(query)
        for job in page
    }


def is_unknown(delivery: dict[str, Any]) -> bool:
    return (delivery.get("info") or {}).get("status") == UNKNOWN_STATUS
