"""Runs the handler of one queue: pulls, decodes, works lane by lane, lets go.

Nothing that a message, a handler, the store or the queue does ends it; it ends when told to, and
then holds nothing any more.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, cast

from parley.domain.ports import Received, Subscriber
from parley.errors import ParleyError
from parley.queues import QUEUES, Queue
from parley.store import Store
from parley.structured_logging import error_text, get_log
from schema.events import QueueName
from workers.decoding import Undecodable, decode
from workers.handler import Handler, Held, P
from workers.history import History
from workers.intake import Intake, Repair
from workers.lanes import Lanes, Work
from workers.leases import Leases
from workers.liveness import Health, Liveness
from workers.working import Working

Waiting = Callable[[QueueName], Awaitable[float | None]]
"""For how many seconds work has been waiting behind a queue; None where nobody can tell."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The runner's own times, in seconds."""

    drain: float = 7.0
    """What begun work is given when the runner is told to stop."""

    last_words: float = 1.5
    """What the last acknowledgements may take after that."""

    stall: float = 60.0
    """Without movement for so long although messages wait, it is unhealthy."""

    tick: float | None = None
    """Between two extensions of the leases; by default a third of the lease."""

    last_pulls: float = 5.0
    """What pulls are given to end by themselves at a drain, as they do within the subscriber's
    deadline. Those that are cancelled may be filled all the same, and come again a lease later."""

    hush: float = 0.25
    """Between cutting off pulls and giving back, so that the queue notices that nobody waits."""

    look: float = 1.0
    """Between two looks at the own health."""

    ask: float = 30.0
    """Between two looks into the tree for work that waits, while nothing comes from the queue."""


class Runner(Generic[P]):
    """One queue's runner in one process; ``run`` once."""

    def __init__(
        self,
        handler: Handler[P],
        *,
        subscriber: Subscriber,
        store: Store,
        queue: Queue | None = None,
        pace: Pace | None = None,
        repair: Repair | None = None,
        waiting: Waiting | None = None,
        randomness: random.Random | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue = queue or QUEUES[handler.queue]
        self._pace = pace = pace or Pace()
        self._subscriber = subscriber
        self._log = log = get_log("workers.runner", queue=str(queue.name))
        randomness = randomness or random.Random()
        self._lanes = Lanes[P](at_once=queue.lanes, monotonic=monotonic)
        self._leases = leases = Leases(
            subscriber,
            queue,
            log,
            is_busy=lambda: self._lanes.busy > 0,
            tick_seconds=pace.tick or queue.ack_deadline_seconds / 3,
            monotonic=monotonic,
        )
        self._history = History()
        self._working = Working(handler, queue, store, leases, self._history, log, randomness)
        self._intake = Intake(
            subscriber,
            queue,
            leases,
            log,
            accept=self._accept,
            repair=repair,
            randomness=randomness,
            monotonic=monotonic,
        )
        self._liveness = Liveness(
            str(queue.name),
            stall_seconds=pace.stall,
            handler_seconds=queue.handler_seconds,
            monotonic=monotonic,
        )
        self._tasks: set[asyncio.Future[Any]] = set()
        self._backlog: int | None = None
        self._waiting = waiting
        self._waiting_seconds: float | None = None
        self._monotonic = monotonic
        self._asked_at = monotonic()
        self._is_draining = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then drain; raises only what is a fault of the runner."""
        pulls = [asyncio.create_task(self._intake.pull_on()) for _ in range(self._queue.pull_loops)]
        tending = [
            asyncio.create_task(self._leases.keep()),
            asyncio.create_task(self._leases.settle()),
            asyncio.create_task(self._look_on()),
        ]
        stopping = asyncio.create_task(stop.wait())
        self._log.info("worker.started", pullLoops=len(pulls), lanes=self._queue.lanes)
        loops: list[asyncio.Task[None]] = [*pulls, *tending]
        try:
            await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            broken = [task for task in loops if task.done()]
            stopping.cancel()
            await self._drain(pulls)
            await _cancel(tending)
        for task in broken:
            # A loop that ends by itself is a fault: the process is to end and be started anew.
            task.result()

    def health(self) -> Health:
        """How it is doing, by the latest look at the backlog."""
        return self._liveness.judge(
            in_hand=len(self._leases),
            busy_lanes=self._lanes.busy,
            backlog=self._backlog,
            waiting_seconds=self._waiting_seconds,
        )

    def _accept(self, came: Sequence[Received], begun: float) -> None:
        for received in came:
            if self._leases.take(received, begun):
                self._liveness.moved()
                self._sort(received)
        self._begin()

    def _sort(self, received: Received) -> None:
        try:
            payload = cast(P, decode(received.data, self._queue.payload))
        except Undecodable as wrong:
            self._start(self._working.park(received, wrong.code, str(wrong)))
            return
        self._lanes.add(
            Held(
                received,
                payload,
                single=self._history.has_failed(received.message_id),
                suspect=self._history.is_suspect(received),
            )
        )

    def _begin(self) -> None:
        while not self._is_draining and (work := self._lanes.next()) is not None:
            self._liveness.moved()
            self._start(self._work(work))

    def _start(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, work: Work[P]) -> None:
        try:
            await self._working.work(work)
        finally:
            self._lanes.end(work)
            self._liveness.moved()
            self._begin()

    async def _look_on(self) -> None:
        """Say when the state of health changes, and let those begin who waited long enough."""
        was_healthy = True
        while True:
            try:
                self._backlog = await self._subscriber.backlog(self._queue.name)
            except ParleyError:
                self._backlog = None
            if self._backlog is None:
                await self._ask()
            health = self.health()
            if health.healthy != was_healthy:
                was_healthy = health.healthy
                tell = self._log.info if was_healthy else self._log.error
                tell(
                    "worker.moving" if was_healthy else "worker.stalled",
                    inHand=health.in_hand,
                    busyLanes=health.busy_lanes,
                    backlog=health.backlog,
                    stillSeconds=health.still_seconds,
                    waitingSeconds=health.waiting_seconds,
                )
            self._begin()
            await asyncio.sleep(self._pace.look)

    async def _ask(self) -> None:
        """Look now and then how long work waits behind a queue that does not say what it holds."""
        if self._waiting is None or self._monotonic() - self._asked_at < self._pace.ask:
            return
        self._asked_at = self._monotonic()
        try:
            self._waiting_seconds = await self._waiting(self._queue.name)
        except ParleyError as error:
            self._log.debug("queue.waitingUnknown", error=error_text(error))
            self._waiting_seconds = None

    async def _drain(self, pulls: Sequence[asyncio.Task[None]]) -> None:
        self._log.info("worker.draining", inHand=len(self._leases), busyLanes=self._lanes.busy)
        self._is_draining = True
        began = asyncio.get_running_loop().time()
        await self._end_pulls(pulls)
        unbegun = self._lanes.clear()
        for held in unbegun:
            self._leases.postpone(held.message_id, 0)
        late: set[asyncio.Future[Any]] = set()
        if self._tasks:
            left = began + self._pace.drain - asyncio.get_running_loop().time()
            _, late = await asyncio.wait(self._tasks, timeout=max(0.0, left))
            await _cancel(list(late))
        given = len(unbegun) + self._leases.give_back()
        try:
            async with asyncio.timeout(self._pace.last_words):
                while not await self._leases.flush():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            self._log.warning("worker.notAcknowledged", count=len(self._leases))
        self._log.info("worker.drained", givenBack=given, cutOff=len(late))

    async def _end_pulls(self, pulls: Sequence[asyncio.Task[None]]) -> None:
        """Nothing may be given back before: an own pull would get it again."""
        self._intake.stop()
        patience = min(self._pace.last_pulls, self._pace.drain)
        _, waiting = await asyncio.wait(pulls, timeout=patience)
        if waiting:
            await _cancel(list(waiting))
            await asyncio.sleep(self._pace.hush)


async def _cancel(tasks: Sequence[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        # A handler that will not be cancelled must not hold up the drain.
        await asyncio.wait(tasks, timeout=1.0)
