"""Whether a worker moves: "nothing has moved although messages wait", never "it exists"."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Health:
    """One queue's runner at one moment.

    ``backlog`` is None where the queue cannot say; then ``waiting_seconds`` is how long work behind
    it has been seen waiting, None where that is not known either.
    """

    queue: str
    healthy: bool
    in_hand: int
    busy_lanes: int
    backlog: int | None
    still_seconds: float
    waiting_seconds: float | None = None


STANDSTILL = 5
"""Work that waits in the tree for so many times ``stall_seconds`` makes a runner unhealthy that was
given nothing all that time. Work that failed elsewhere waits for minutes too, and comes to anybody
within 60 s again and again; a worker that has nothing to do must not be restarted for it."""


class Liveness:
    """Judges one queue's runner by its movement.

    Movement is a message taken, begun or ended. While a handler runs, its own time limit is added
    to ``stall_seconds``: some may take long, none for ever.
    """

    def __init__(
        self,
        queue: str,
        *,
        stall_seconds: float,
        handler_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._stall_seconds = stall_seconds
        self._handler_seconds = handler_seconds
        self._monotonic = monotonic
        self._moved_at = monotonic()
        self._had_work = False

    def moved(self) -> None:
        self._moved_at = self._monotonic()

    def judge(
        self,
        *,
        in_hand: int,
        busy_lanes: int,
        backlog: int | None,
        waiting_seconds: float | None = None,
    ) -> Health:
        """The health now. Idle time before there was anything to do does not count."""
        has_work = in_hand > 0 or bool(backlog)
        if has_work and not self._had_work:
            self.moved()
        self._had_work = has_work
        still = self._monotonic() - self._moved_at if has_work else 0.0
        allowed = self._stall_seconds + (self._handler_seconds if busy_lanes else 0.0)
        idle = self._monotonic() - self._moved_at
        stands = min(idle, waiting_seconds or 0.0) > STANDSTILL * self._stall_seconds
        if stands and not has_work:
            still = idle
        return Health(
            queue=self._queue,
            healthy=still <= allowed and not (stands and not has_work),
            in_hand=in_hand,
            busy_lanes=busy_lanes,
            backlog=backlog,
            still_seconds=round(still, 1),
            waiting_seconds=None if waiting_seconds is None else round(waiting_seconds, 1),
        )


async def serve_health(port: int, judge_all: Callable[[], list[Health]]) -> web.AppRunner:
    """Answer ``GET /healthz``: 200 if every queue's runner moves, 503 if one does not.

    Clean the answer up to end it.
    """

    async def healthz(request: web.Request) -> web.Response:
        healths = judge_all()
        healthy = all(one.healthy for one in healths)
        body = {"healthy": healthy, "queues": [asdict(one) for one in healths]}
        return web.json_response(body, status=200 if healthy else 503)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    # Every address: whoever asks is outside the container.
    await web.TCPSite(runner, port=port).start()
    return runner
