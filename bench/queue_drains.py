"""W1, W2, W5: drain a queue, by Parley's runner and by what others would take.

The process that drains is started first and has drained some messages, so that imports and the
emulators' compilers do not count. Then it is stopped by SIGSTOP while the queue is filled, and the
clock runs from SIGCONT to the last message that was handled. CPU is counted until all is quiet, so
that acknowledgements count too.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from bench.figures import Sample, families_cpu_seconds, families_peak_mib
from bench.frame import CPU, PEAK, THEIRS, Case, Cell, Column, Figures, Options, in_turns, rate
from bench.fresh_parts import FreshParts, fresh_parts
from bench.rivals.environments import fastpubsub_python, rivals_python
from bench.tally import TALLY, ReadTally
from emulator.binaries import ROOT
from emulator.process import Process
from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.store import Count, Query
from schema import paths
from schema.events import MessageQueued

EMPTY, WRITE = "empty", "write"
EMPTY_MESSAGES, WRITE_MESSAGES = 20_000, 5_000
WARM_UP: Final = 1_000
PROCESSES: Final = (1, 2, 4)
DEADLINE_SECONDS: Final = 180.0
_LOOK_SECONDS = 0.02
_QUIET_SECONDS, _QUIET_SHARE, _QUIET_LOOKS = 1.0, 0.1, 20


def _own() -> Path:
    return Path(sys.executable)


@dataclass(frozen=True, slots=True)
class Drainer:
    """Something that drains a queue: its module, and the Python that runs it.

    ``publishes``: its messages have a form of their own, so it fills the queue itself.
    """

    name: str
    module: str
    python: Callable[[], Path] = _own
    publishes: bool = False


PARLEY: Final = Drainer("Parley", "bench.drain_worker")
STREAMING: Final = Drainer("google-cloud-pubsub, streaming", "bench.rivals.drain_by_streaming")
BY_PULL: Final = Drainer("unary pull by hand", "bench.rivals.drain_by_pull")
RIVALS: Final = (
    BY_PULL,
    STREAMING,
    Drainer("gcloud-aio-pubsub", "bench.rivals.drain_by_gcloud_aio", rivals_python),
    Drainer("dramatiq-gcpubsub", "bench.rivals.drain_by_dramatiq", rivals_python, publishes=True),
    Drainer("Celery, gcpubsub", "bench.rivals.drain_by_celery", rivals_python, publishes=True),
    Drainer("fastpubsub", "bench.rivals.drain_by_fastpubsub", fastpubsub_python),
)


@dataclass(slots=True)
class Queue:
    """A queue on fresh emulators, and the processes that drain it."""

    parts: FreshParts
    drainer: Drainer
    work: str
    tally: ReadTally
    processes: list[Process] = field(default_factory=list)
    published: int = 0

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes if process.running]

    def start_process(self) -> Process:
        """Start one more process that drains."""
        name = f"drain-{len(self.processes)}"
        process = self.parts.start(
            name,
            self._command(),
            environment={TALLY: str(self.tally.path), "BENCH_WORK": self.work},
        )
        self.processes.append(process)
        return process

    def _command(self, *arguments: str) -> list[str]:
        return [str(self.drainer.python()), "-m", self.drainer.module, *arguments]

    async def publish(self, count: int) -> None:
        """Fill the queue with so many more messages."""
        first, self.published = self.published, self.published + count
        if self.drainer.publishes:
            environment = os.environ | self.parts.environment
            environment |= {TALLY: str(self.tally.path), "BENCH_WORK": EMPTY}
            command = self._command("publish", str(first), str(count))
            await asyncio.to_thread(
                subprocess.run,
                command,
                check=True,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                timeout=DEADLINE_SECONDS,
            )
            return
        channel = PubSubChannel(self.parts.project, emulator_host=self.parts.pubsub_host)
        messages = [
            MessageQueued(chat_id=f"drain{number:015d}", message_id=str(number))
            for number in range(first, first + count)
        ]
        await PubSubPublisher(channel, deadline_seconds=DEADLINE_SECONDS).publish(messages)
        await channel.close()

    async def until_handled(self) -> None:
        """Return when every message that was published has been handled."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (handled := self.tally.look()) < self.published:
            for process in self.processes:
                process.require_running()
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{self.drainer.name} handled {handled} of {self.published} messages in "
                    f"{DEADLINE_SECONDS:g} s:\n{self.processes[0].log_tail()}"
                )
            await asyncio.sleep(_LOOK_SECONDS)

    async def until_quiet(self) -> None:
        """Return when the processes use next to no CPU any more: acknowledgements are sent."""
        for _ in range(_QUIET_LOOKS):
            before = families_cpu_seconds(self.pids)
            await asyncio.sleep(_QUIET_SECONDS)
            if families_cpu_seconds(self.pids) - before <= _QUIET_SHARE * _QUIET_SECONDS:
                return

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the processes and their children."""
        for pid in self.pids:
            os.killpg(pid, number)

    async def drain(self, count: int) -> Sample:
        """Fill the queue while nobody pulls; return what draining it took."""
        self.signal(signal.SIGSTOP)
        try:
            await self.publish(count)
            before, theirs = families_cpu_seconds(self.pids), self.parts.cpu_seconds()
            began = time.monotonic()
        finally:
            self.signal(signal.SIGCONT)
        await self.until_handled()
        seconds = time.monotonic() - began
        await self.until_quiet()
        return Sample(
            count,
            seconds,
            families_cpu_seconds(self.pids) - before,
            self.parts.cpu_seconds() - theirs,
            families_peak_mib(self.pids),
        )

    async def written(self) -> int:
        """Return how many documents there are."""
        async with FirestoreStore.connect(
            self.parts.project, emulator_host=self.parts.firestore_host
        ) as store:
            counted = await store.aggregate(Query(paths.CHATS), {"count": Count()})
        return int(counted["count"])


async def open_queue(
    parts: FreshParts, drainer: Drainer, work: str, processes: int, warm_up: int
) -> Queue:
    """Start processes on a fresh queue, and let them drain some messages that do not count."""
    drainer.python()
    await parts.provision()
    queue = Queue(parts, drainer, work, ReadTally(parts.folder / "tally"))
    for _ in range(processes):
        queue.start_process()
    await queue.publish(warm_up)
    await queue.until_handled()
    await queue.until_quiet()
    return queue


async def run_drain(
    drainer: Drainer,
    work: str,
    messages: int,
    processes: int = 1,
    *,
    running: Mapping[str, str] | None = None,
) -> Figures:
    """Drain once on fresh emulators, or on those that run; raise if a message is lost."""
    drainer.python()
    with fresh_parts("firestore", "pubsub", running=running) as parts:
        queue = await open_queue(parts, drainer, work, processes, min(WARM_UP, messages))
        sample = await queue.drain(messages)
        if work == WRITE and (there := await queue.written()) != queue.published:
            raise RuntimeError(f"{drainer.name} wrote {there} of {queue.published} documents")
        return sample.figures(repeats=queue.tally.repeats)


def _beside_rivals(work: str) -> Callable[[Options], Sequence[Cell]]:
    def cells(options: Options) -> Sequence[Cell]:
        return [
            Cell(one.name, partial(run_drain, one, work, options.amount))
            for one in (PARLEY, *RIVALS)
        ]

    return cells


def _processes(options: Options) -> Sequence[Cell]:
    return [
        Cell(
            f"{count} {'process' if count == 1 else 'processes'}",
            partial(run_drain, PARLEY, WRITE, options.amount, count),
        )
        for count in PROCESSES
    ]


_COLUMNS = (rate("messages"), CPU, THEIRS, PEAK, Column("repeats", "handled again"))

CASES: Final = (
    Case(
        "w1",
        "drain",
        "{amount:,} messages drained by a handler that does nothing",
        _COLUMNS,
        in_turns(_beside_rivals(EMPTY)),
        amount=EMPTY_MESSAGES,
    ),
    Case(
        "w2",
        "drain",
        "{amount:,} messages drained, each writing one document if it is absent",
        _COLUMNS,
        in_turns(_beside_rivals(WRITE)),
        amount=WRITE_MESSAGES,
    ),
    Case(
        "w5",
        "processes",
        "{amount:,} messages drained so by one, two and four processes",
        _COLUMNS,
        in_turns(_processes),
        amount=WRITE_MESSAGES,
    ),
)
