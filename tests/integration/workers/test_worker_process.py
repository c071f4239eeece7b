"""What a worker process does with signals, kills and poison, as seen by its queue."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from emulator.binaries import ROOT
from emulator.ports import free_port
from emulator.process import Process
from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.adapters.pubsub.subscriber import PubSubSubscriber
from parley.store import Query, Store
from schema import paths
from schema.events import MessageQueued, QueueName, SmsQueued
from workers.runtime.watchdog import EXIT_STATUS

pytestmark = pytest.mark.integration

QUEUE = QueueName.MESSAGE_QUEUE
LEASE_SECONDS = 15
SHORT_LEASE_SECONDS = 5
"""Longer than the emulator keeps the pulls of a killed process waiting: what comes back sooner
goes to the dead."""


@dataclass
class Toys:
    """Toy workers, the queue they work on, and the diary that they all write."""

    environment: dict[str, str]
    folder: Path
    publisher: PubSubPublisher
    subscriber: PubSubSubscriber
    store: Store

    @property
    def lines(self) -> list[str]:
        diary = self.folder / "diary"
        return diary.read_text().splitlines() if diary.exists() else []

    def done(self) -> set[str]:
        return {line.removeprefix("done ") for line in self.lines if line.startswith("done ")}

    @contextmanager
    def worker(self, *, lease: int = LEASE_SECONDS, **settings: str) -> Iterator[Process]:
        worker = Process(
            "toy worker",
            [
                *(sys.executable, "-m", "tests.integration.workers.toy_worker"),
                *(str(self.folder / "diary"), str(lease)),
            ],
            log=self.folder / "worker.log",
            environment={**os.environ, **self.environment, **settings},
            cwd=ROOT,
        )
        worker.start()
        try:
            yield worker
        finally:
            worker.end()

    async def end_of(self, worker: Process, *, once_waits: str) -> None:
        """Wait until the worker dies; kill it if a message waits and no other will kill it."""
        earlier = self.lines.count(f"waits {once_waits}")

        def is_over() -> bool:
            waits = self.lines.count(f"waits {once_waits}") > earlier
            return not worker.running or waits

        await until(is_over)
        if worker.running:
            worker.signal(signal.SIGKILL)
            await until(lambda: not worker.running)

    async def publish(self, *ids: str) -> None:
        """Each in a lane of its own."""
        await self.publisher.publish([MessageQueued(chat_id=one, message_id=one) for one in ids])

    async def count_waiting(self) -> int:
        """Messages that somebody else gets at once; a pull may bring fewer than there are."""
        count = 0
        while came := await self.subscriber.pull(QUEUE, max_messages=1_000):
            count += len(came)
        return count


@pytest.fixture
async def toys(
    pubsub_emulator: str, firestore_emulator: str, project_id: str, tmp_path: Path
) -> AsyncIterator[Toys]:
    channel = PubSubChannel(project_id, emulator_host=pubsub_emulator)
    await provision(channel, [QUEUE, QueueName.NON_CHAT_SMS_QUEUE])
    environment = {
        "GCLOUD_PROJECT": project_id,
        "PUBSUB_EMULATOR_HOST": pubsub_emulator,
        "FIRESTORE_EMULATOR_HOST": firestore_emulator,
    }
    async with FirestoreStore.connect(project_id, emulator_host=firestore_emulator) as store:
        subscriber = PubSubSubscriber(channel, pull_seconds=1.0)
        yield Toys(environment, tmp_path, PubSubPublisher(channel), subscriber, store)
    await channel.close()


async def until(holds: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(0.02)


async def test_a_worker_told_to_stop_finishes_what_it_began_and_holds_nothing(toys: Toys) -> None:
    # Four lanes: two run a second, two never end, and the rest is not begun.
    await toys.publish("slow-1", "slow-2", "hang-1", "hang-2")
    with toys.worker(PARLEY_DRAIN_SECONDS="6") as worker:
        await until(lambda: len(toys.lines) == 4)
        await toys.publish(*(f"quick-{n}" for n in range(20)))
        worker.signal(signal.SIGTERM)
        await until(lambda: not worker.running, seconds=10)
        assert worker.status == 0
    finished = toys.done()
    assert {"slow-1", "slow-2"} <= finished
    assert await toys.count_waiting() == 24 - len(finished)


async def test_a_second_signal_ends_a_worker_at_once(toys: Toys) -> None:
    await toys.publish("hang-1")
    with toys.worker(PARLEY_DRAIN_SECONDS="60") as worker:
        await until(lambda: toys.lines == ["begun hang-1"])
        worker.signal(signal.SIGTERM)
        await until(lambda: "worker.draining" in worker.log_tail())
        worker.signal(signal.SIGTERM)
        await until(lambda: not worker.running, seconds=3)
        assert worker.status == 128 + signal.SIGTERM


@pytest.mark.slow
async def test_the_work_of_a_killed_worker_is_taken_over_within_thirty_seconds(
    toys: Toys,
) -> None:
    await toys.publish("slow-1")
    with toys.worker() as first:
        await until(lambda: toys.lines == ["begun slow-1"])
        first.signal(signal.SIGKILL)
        killed = time.monotonic()
        with toys.worker():
            await until(lambda: toys.lines.count("begun slow-1") == 2)
            assert time.monotonic() - killed < 30
            await until(lambda: "slow-1" in toys.done())


@pytest.mark.slow
async def test_a_message_that_kills_its_worker_is_parked_and_the_others_are_done(
    toys: Toys,
) -> None:
    others = [f"quick-{n}" for n in range(30)]
    await toys.publish("kill-1", *others)
    letters: list[dict[str, object]] = []
    with toys.worker(lease=SHORT_LEASE_SECONDS) as worker:

        def restarted_as_by_a_supervisor() -> bool:
            if not worker.running:
                worker.start()
            return "message.parked" in worker.log_tail()

        await until(restarted_as_by_a_supervisor, seconds=90)
        await until(lambda: toys.done() >= set(others))
        worker.require_running()
    async for page in toys.store.stream(Query(paths.DEAD_LETTERS)):
        letters += [snapshot.fields for snapshot in page]
    assert [(letter["queue"], letter["error"]["code"]) for letter in letters] == [  # type: ignore[index]
        (QUEUE, "poison")
    ]
    assert letters[0]["payload"]["messageId"] == "kill-1"  # type: ignore[index]
    # Up to twice among others, three times alone.
    assert 3 <= toys.lines.count("begun kill-1") <= 5
    assert [page async for page in toys.store.stream(Query(paths.SUSPECTS))] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_chat_message_whose_workers_are_killed_six_times_is_done_and_not_parked(
    toys: Toys,
) -> None:
    """A message of another queue kills the worker until it is parked; the test kills it too."""
    await toys.publisher.publish([SmsQueued(job_id="kill-1")])
    await toys.publish("patient-1")
    with toys.worker(lease=SHORT_LEASE_SECONDS) as worker:
        for _ in range(6):
            await toys.end_of(worker, once_waits="patient-1")
            worker.start()

        def is_parked() -> bool:
            if not worker.running:
                worker.start()
            return "given-up kill-1" in toys.lines

        # No more by the test: a message whose workers died ten times is worn out.
        await until(is_parked, seconds=180)
        (toys.folder / "go").touch()
        await until(lambda: "patient-1" in toys.done())
        worker.require_running()
    assert "given-up patient-1" not in toys.lines
    letters = [
        snapshot.fields
        async for page in toys.store.stream(Query(paths.DEAD_LETTERS))
        for snapshot in page
    ]
    assert [letter["queue"] for letter in letters] == [QueueName.NON_CHAT_SMS_QUEUE]


async def test_a_worker_whose_event_loop_is_blocked_ends_and_says_where(toys: Toys) -> None:
    await toys.publish("block-1")
    with toys.worker(PARLEY_LOOP_BLOCKED_SECONDS="1") as worker:
        await until(lambda: not worker.running)
        assert worker.status == EXIT_STATUS
        assert "worker.loopBlocked" in worker.log.read_text()
        assert "time.sleep(600)" in worker.log.read_text()


async def test_health_is_answered_over_http(toys: Toys) -> None:
    port = free_port()
    with toys.worker(PARLEY_HEALTH_PORT=str(port)) as worker:
        async with httpx.AsyncClient(timeout=60) as client:
            deadline = time.monotonic() + 60
            while True:
                worker.require_running()
                try:
                    answer = await client.get(f"http://127.0.0.1:{port}/healthz")
                    break
                except httpx.ConnectError:
                    assert time.monotonic() < deadline
                    await asyncio.sleep(0.05)
    assert answer.status_code == 200
    assert answer.json()["queues"][0]["queue"] == "message-queue"
