"""Periodic tasks hold up no other, and cost the same for any number of processes."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta

import pytest

from parley.app import App
from parley.bootstrap import wire
from parley.errors import StoreRejected
from parley.services.upkeep.hold_lease import HoldLease
from parley.services.upkeep.run_upkeep import PeriodicTask, RunUpkeep
from parley.settings import Settings
from parley.testing.clock import SequentialIds
from parley.testing.faults import StoreCall
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock, run_in_virtual_time
from schema import paths
from schema.events import CampaignQueued
from tests.indexes import INDEXES
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_a_task_that_fails_by_hand_keeps_no_other_from_its_pass(world: World) -> None:
    await world.service(people=150)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    world.publisher.take()
    world.clock.advance(30)

    def refuse(call: StoreCall) -> None:
        if call.query is not None and call.query.collection == paths.CAMPAIGN_QUEUE:
            raise StoreRejected("the query needs an index")

    world.store.faults.append(refuse)
    with pytest.raises(StoreRejected):
        await world.app.upkeep().run_once()

    assert world.publisher.published == [CampaignQueued(campaign_id="c1", service_id="acme")]


def test_a_task_that_fails_or_hangs_holds_up_no_other_and_backs_off() -> None:
    passes = {"good": 0, "bad": 0, "hanging": 0}

    async def good(now: datetime) -> int:
        passes["good"] += 1
        return 0

    async def bad(now: datetime) -> int:
        passes["bad"] += 1
        raise StoreRejected("by the test")

    async def hanging(now: datetime) -> int:
        passes["hanging"] += 1
        await asyncio.Event().wait()
        return 0

    async def main() -> None:
        clock = LoopClock()
        second = timedelta(seconds=1)
        randomness = random.Random(1)
        upkeep = RunUpkeep(
            tasks=[
                PeriodicTask("hanging", second, hanging),
                PeriodicTask("bad", second, bad),
                PeriodicTask("good", second, good),
            ],
            lease=HoldLease(
                store=InMemoryStore(clock), clock=clock, randomness=randomness, process="a"
            ),
            clock=clock,
            randomness=randomness,
        )
        running = asyncio.create_task(upkeep.run())
        await asyncio.sleep(600.5)
        running.cancel()
        await asyncio.wait([running])

    run_in_virtual_time(main())
    assert passes["good"] == 601
    assert passes["hanging"] == 1
    assert 10 <= passes["bad"] <= 60


def process(store: InMemoryStore, number: int) -> App:
    clock = LoopClock()
    return wire(
        Settings(project_id="demo-parley"),
        clock=clock,
        new_ids=SequentialIds(f"w{number}"),
        store=store,
        publisher=InMemoryPublisher(),
        subscriber=InMemoryQueue(clock),
        sender=RecordingPushSender(),
        accounts=InMemoryAccounts(),
        sms=InMemorySms(clock).provider(),
        files=InMemoryFiles(),
        randomness=random.Random(number),
    )


def idle_costs_a_minute(processes: int) -> tuple[float, float]:
    """Return reads and writes a minute of processes that find nothing to do."""
    minutes = 20

    async def main() -> tuple[float, float]:
        store = InMemoryStore(LoopClock(), INDEXES)
        running = [
            asyncio.create_task(process(store, number).upkeep().run())
            for number in range(processes)
        ]
        # The first pass of a process looks at a whole week.
        await asyncio.sleep(60)
        before = store.counts
        await asyncio.sleep(60 * minutes)
        spent = store.counts - before
        for one in running:
            one.cancel()
        await asyncio.wait(running)
        return spent.reads / minutes, spent.writes / minutes

    return run_in_virtual_time(main())


def test_idle_reads_do_not_grow_with_the_number_of_processes() -> None:
    reads, writes = idle_costs_a_minute(1)
    reads_of_four, writes_of_four = idle_costs_a_minute(4)

    assert reads <= 117, "four inboxes of jobs take 36, new direct chats 6, lost blocks a third"
    assert reads_of_four - reads <= 3 * 4, "a waiting process reads the lease, and no more"
    assert writes == writes_of_four == 12, "the lease is renewed"
