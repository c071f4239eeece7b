"""Judges a worker's health by progress: unhealthy means nothing moves while messages wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one queue's runner.

    ``backlog`` is None for a queue that does not tell. ``waiting_seconds`` then says how long work
    for the queue has waited in the tree, or is None if that is unknown too.
    """

    queue: str
    healthy: bool
    in_hand: int
    busy_lanes: int
    backlog: int | None
    still_seconds: float
    waiting_seconds: float | None = None


MAX_IDLE_STALLS = 5
"""A runner without messages is unhealthy once work has waited in the tree for so many times
``stall_seconds``. Work that failed in another worker also waits for minutes, but it is redelivered
within 60 s each time, and an idle worker must not be restarted for it."""


class Liveness:
    """Judges one queue's runner by its last progress: a message received, started or finished.

    While a handler runs, its time limit is added to ``stall_seconds``.
    """

    def __init__(
        self,
        queue: str,
        *,
        stall_seconds: float,
        handler_seconds: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._queue = queue
        self._stall_seconds = stall_seconds
        self._handler_seconds = handler_seconds
        self._monotonic = monotonic
        self._progress_at = monotonic()
        self._had_work = False

    def note_progress(self) -> None:
        self._progress_at = self._monotonic()

    def judge(
        self,
        *,
        in_hand: int,
        busy_lanes: int,
        backlog: int | None,
        waiting_seconds: float | None = None,
    ) -> Health:
        """Return the health now. Idle time before work arrived does not count."""
        has_work = in_hand > 0 or bool(backlog)
        if has_work and not self._had_work:
            self.note_progress()
        self._had_work = has_work
        still = self._monotonic() - self._progress_at if has_work else 0.0
        allowed = self._stall_seconds + (self._handler_seconds if busy_lanes else 0.0)
        idle = self._monotonic() - self._progress_at
        stalls = min(idle, waiting_seconds or 0.0) > MAX_IDLE_STALLS * self._stall_seconds
        if stalls and not has_work:
            still = idle
        return Health(
            queue=self._queue,
            healthy=still <= allowed and not (stalls and not has_work),
            in_hand=in_hand,
            busy_lanes=busy_lanes,
            backlog=backlog,
            still_seconds=round(still, 1),
            waiting_seconds=None if waiting_seconds is None else round(waiting_seconds, 1),
        )


async def serve_health(port: int, judge_all: Callable[[], list[Health]]) -> web.AppRunner:
    """Serve ``GET /healthz``: 200 if all runners are healthy, 503 otherwise.

    ``cleanup()`` of what is returned ends it.
    """
    # 6 MiB, for processes that serve it.
    from aiohttp import web

    async def healthz(request: web.Request) -> web.Response:
        healths = judge_all()
        healthy = all(one.healthy for one in healths)
        body = {"healthy": healthy, "queues": [asdict(one) for one in healths]}
        return web.json_response(body, status=200 if healthy else 503)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    # All addresses: probes come from outside the container.
    await web.TCPSite(runner, port=port).start()
    return runner
