"""Serves one queue in one process: pull, decode, run lane by lane, settle.

No message, handler, store or queue ends a runner. It ends when told to, and then holds no message.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, cast

from parley.domain.ports import Received, Subscriber
from parley.domain.retry_verdicts import DeliveryHistory
from parley.errors import ParleyError
from parley.queues import QUEUES, Queue
from parley.services.upkeep.dead_letters import DeadLetters
from parley.store import Store
from parley.structured_logging import error_text, get_log
from schema.events import QueueName
from workers.runtime.executor import Executor
from workers.runtime.handler import (
    Handler,
    InFlightMessage,
    JointHandler,
    P,
    UndecodableMessage,
    Work,
    decode,
)
from workers.runtime.health import Health, Liveness
from workers.runtime.joint_calls import JointCalls, begin_lanes
from workers.runtime.lanes import Call, Lanes
from workers.runtime.leases import Leases
from workers.runtime.middleware import Middleware, standard_middleware
from workers.runtime.precedence import Precedence
from workers.runtime.puller import FlowControl, Puller, Repair
from workers.runtime.quarantine import Quarantine
from workers.runtime.timing import Timing
from workers.runtime.unfinished_calls import UnfinishedCalls, cancel

WaitingTime = Callable[[QueueName], Awaitable[float | None]]
"""Returns how many seconds work for a queue has waited in the tree; None if unknown."""


class Runner(Generic[P]):
    """The runner of one queue; ``run`` it once, in the event loop that made it.

    The runners of a process share ``quarantine`` and ``precedence``. ``middleware`` replaces the
    standard list. ``waiting_time`` is asked while the queue does not tell its backlog.
    """

    def __init__(
        self,
        handler: Handler[P],
        *,
        subscriber: Subscriber,
        store: Store,
        queue: Queue | None = None,
        middleware: Sequence[Middleware] | None = None,
        timing: Timing | None = None,
        repair: Repair | None = None,
        waiting_time: WaitingTime | None = None,
        quarantine: Quarantine | None = None,
        precedence: Precedence | None = None,
        randomness: random.Random | None = None,
    ) -> None:
        self._queue = queue = queue or QUEUES[handler.queue]
        self._timing = timing = timing or Timing()
        self._subscriber = subscriber
        self._log = log = get_log("workers.runner", queue=str(queue.name))
        self._monotonic = monotonic = asyncio.get_running_loop().time
        randomness = randomness or random.Random()
        quarantine = quarantine or Quarantine(monotonic)
        self._lanes = Lanes[P](
            max_running=queue.lanes,
            most_of_turn=queue.lanes_of_service,
            quarantine=quarantine,
            precedence=precedence,
            goes_first=queue.goes_first,
            gives_way=queue.gives_way,
            most_beside_chat=queue.lanes_beside_chat,
            monotonic=monotonic,
        )
        quarantine.watch(self._start_lanes)
        self._unfinished = UnfinishedCalls(on_held=lambda: self._flow.notify())
        self._flow = FlowControl(
            queue,
            in_flight=lambda: len(self._leases) - self._unfinished.messages,
            waiting_bytes=lambda: self._lanes.waiting_bytes,
        )
        self._leases = Leases(
            subscriber,
            queue,
            log,
            is_busy=lambda: self._lanes.running > 0,
            on_left=self._flow.notify,
            extend_interval=timing.extend_interval or queue.ack_deadline_seconds / 3,
            monotonic=monotonic,
        )
        self._history = DeliveryHistory()
        self._executor = Executor(
            handler,
            queue=queue,
            middleware=standard_middleware(queue, store) if middleware is None else middleware,
            dead_letters=DeadLetters(store, queue.name),
            leases=self._leases,
            history=self._history,
            log=log,
            randomness=randomness,
            unfinished=self._unfinished,
        )
        joint = isinstance(handler, JointHandler) and JointCalls(handler, self._executor)
        self._joint = joint or None
        self._puller = Puller(
            subscriber,
            queue,
            self._flow,
            log,
            accept=self._accept,
            repair=repair,
            randomness=randomness,
            monotonic=monotonic,
        )
        self._liveness = Liveness(
            str(queue.name),
            stall_seconds=timing.stall_timeout,
            handler_seconds=queue.handler_seconds,
            monotonic=monotonic,
        )
        self._tasks: set[asyncio.Future[Any]] = set()
        self._backlog: int | None = None
        self._waiting_time = waiting_time
        self._waiting_seconds: float | None = None
        self._waiting_read_at = monotonic()
        self._is_draining = False
        self._alarm: asyncio.TimerHandle | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then drain. Raise only for a bug of the runner."""
        pulls = [
            asyncio.create_task(self._puller.pull_until_closed())
            for _ in range(self._queue.pull_loops)
        ]
        upkeep = [
            asyncio.create_task(self._leases.extend_forever()),
            asyncio.create_task(self._leases.settle_forever()),
            asyncio.create_task(self._check_forever()),
        ]
        stopping = asyncio.create_task(stop.wait())
        self._log.info("worker.started", pullLoops=len(pulls), lanes=self._queue.lanes)
        loops: list[asyncio.Task[None]] = [*pulls, *upkeep]
        try:
            await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            broken = [task for task in loops if task.done()]
            stopping.cancel()
            await self._drain(pulls)
            await cancel(upkeep)
        for task in broken:
            # A loop that ended by itself is a bug; the process must end and be restarted.
            task.result()

    def health(self) -> Health:
        """Return the runner's health, with the backlog of the latest check."""
        return self._liveness.judge(
            in_hand=len(self._leases) - self._unfinished.messages,
            busy_lanes=self._lanes.running,
            backlog=None if self._backlog is None else self._backlog - self._unfinished.messages,
            waiting_seconds=self._waiting_seconds,
        )

    def _accept(self, messages: Sequence[Received], pull_started: float) -> None:
        for received in messages:
            if self._leases.take(received, pull_started):
                self._liveness.note_progress()
                self._enqueue(received)
        self._start_lanes()

    def _enqueue(self, received: Received) -> None:
        try:
            payload = cast(P, decode(received.data, self._queue.payload))
        except UndecodableMessage as error:
            self._start(self._executor.dead_letter(received, error.code, str(error)))
            return
        message = InFlightMessage(
            received,
            payload,
            has_failed=self._history.has_failed(received.message_id),
            is_suspect=self._history.is_suspect(received),
        )
        if not self._lanes.add(message):
            self._leases.acknowledge(received.message_id)

    def _start_lanes(self) -> None:
        for calls in [] if self._is_draining else begin_lanes(self._lanes, self._joint):
            self._liveness.note_progress()
            self._start(self._execute_together(calls) if calls[1:] else self._execute(calls[0]))
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        seconds = None if self._is_draining else self._lanes.seconds_to_next()
        if seconds is not None:
            self._alarm = asyncio.get_running_loop().call_later(seconds, self._start_lanes)

    def _start(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _execute_together(self, calls: Sequence[Call[P]]) -> None:
        assert self._joint is not None
        alone: list[tuple[Call[P], Work | None]] = []
        try:
            alone = await self._joint.execute(calls)
        finally:
            going_on = {call.lane for call, _ in alone}
            for call in calls:
                if call.lane not in going_on:
                    self._lanes.finish(call)
            self._liveness.note_progress()
            self._start_lanes()
        await asyncio.gather(*(self._execute(call, work) for call, work in alone))

    async def _execute(self, call: Call[P], work: Work | None = None) -> None:
        try:
            await self._executor.execute(call, work)
        finally:
            self._lanes.finish(call)
            self._liveness.note_progress()
            self._start_lanes()

    async def _check_forever(self) -> None:
        """Log changes of health, and start lanes that have waited long enough for a suspect."""
        was_healthy = True
        while True:
            try:
                self._backlog = await self._subscriber.backlog(self._queue.name)
            except ParleyError:
                self._backlog = None
            if self._backlog is None:
                await self._read_waiting_time()
            health = self.health()
            if health.healthy != was_healthy:
                was_healthy = health.healthy
                write = self._log.info if was_healthy else self._log.error
                write(
                    "worker.moving" if was_healthy else "worker.stalled",
                    inHand=health.in_hand,
                    busyLanes=health.busy_lanes,
                    backlog=health.backlog,
                    stillSeconds=health.still_seconds,
                    waitingSeconds=health.waiting_seconds,
                )
            self._start_lanes()
            await asyncio.sleep(self._timing.health_interval)

    async def _read_waiting_time(self) -> None:
        passed = self._monotonic() - self._waiting_read_at
        if self._waiting_time is None or passed < self._timing.waiting_interval:
            return
        self._waiting_read_at = self._monotonic()
        try:
            self._waiting_seconds = await self._waiting_time(self._queue.name)
        except ParleyError as error:
            self._log.debug("queue.waitingUnknown", error=error_text(error))
            self._waiting_seconds = None

    async def _drain(self, pulls: Sequence[asyncio.Task[None]]) -> None:
        self._log.info("worker.draining", inHand=len(self._leases), busyLanes=self._lanes.running)
        self._is_draining = True
        deadline = self._monotonic() + self._timing.drain_timeout
        self._unfinished.hurry()
        await self._end_pulls(pulls)
        not_started = self._lanes.clear()
        for message in not_started:
            self._leases.postpone(message.message_id, 0)
        late: set[asyncio.Future[Any]] = set()
        if self._tasks:
            left = max(0.0, deadline - self._monotonic())
            _, late = await asyncio.wait(self._tasks, timeout=left)
            await cancel(list(late))
        cut_off = len(late) + await self._unfinished.finish(deadline - self._monotonic())
        given_back = len(not_started) + self._leases.give_back()
        try:
            async with asyncio.timeout(self._timing.final_ack_timeout):
                while not await self._leases.flush():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            self._log.warning("worker.notAcknowledged", count=len(self._leases))
        self._log.info("worker.drained", givenBack=given_back, cutOff=cut_off)

    async def _end_pulls(self, pulls: Sequence[asyncio.Task[None]]) -> None:
        """End all pulls before messages are given back; an open pull would receive them again."""
        self._flow.close()
        timeout = min(self._timing.final_pull_timeout, self._timing.drain_timeout)
        _, still_open = await asyncio.wait(pulls, timeout=timeout)
        if still_open:
            await cancel(list(still_open))
            await asyncio.sleep(self._timing.settle_delay)
