"""The sweeps of SMS and email jobs: lost triggers, dead workers, lost answers; and their reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.services.upkeep.sweep_jobs import CAMPAIGN_SMS, EMAILS, SMS, Inbox, SweepJobs
from schema import paths
from schema.events import EmailQueued, JobQueued, SmsQueued
from tests.unit.parley.services.conftest import TwinWorld as World

INBOXES = {
    "sms": (SMS, paths.non_chat_sms("j1"), SmsQueued(job_id="j1", service_id="acme")),
    "campaign": (
        CAMPAIGN_SMS,
        paths.campaign_sms("c1", "ann"),
        SmsQueued(job_id="c1:ann", service_id="acme"),
    ),
    "email": (EMAILS, paths.email_notification("j1"), EmailQueued(job_id="j1", service_id="acme")),
}
MINUTE = timedelta(minutes=1)


class Swept:
    """One inbox with one job, swept at its period."""

    def __init__(self, world: World, inbox: Inbox, path: str, payload: JobQueued) -> None:
        self.world = world
        self.inbox = inbox
        self.path = path
        self.payload = payload
        self.sweep = SweepJobs(store=world.store, publisher=world.publisher, inbox=inbox)

    async def write(self, **delivery: Any) -> None:
        """Write the job, with this ``delivery`` if there is one."""
        now = self.world.clock.now()
        answer = {"attempts": 1, "startTime": now} | delivery if delivery else None
        job = {"serviceId": "acme", "createdAt": now, "delivery": answer}
        await self.world.write({self.path: {name: value for name, value in job.items() if value}})

    async def passes(self, time: timedelta) -> int:
        """Sweep for this long; return how often the job was published."""
        count = 0
        for _ in range(int(time / self.inbox.period)):
            self.world.clock.advance(self.inbox.period.total_seconds())
            await self.sweep.sweep(self.world.clock.now())
            taken = self.world.publisher.take()
            assert set(taken) <= {self.payload}
            count += len(taken)
        return count

    async def start(self) -> None:
        """Make the first pass, which looks at a whole week."""
        await self.sweep.sweep(self.world.clock.now())
        self.world.publisher.take()


@pytest.fixture(params=INBOXES)
def swept(request: pytest.FixtureRequest, world: World) -> Swept:
    return Swept(world, *INBOXES[request.param])


async def test_a_new_job_whose_message_was_lost_is_found_soon(swept: Swept) -> None:
    await swept.start()
    await swept.write()
    assert await swept.passes(2 * swept.inbox.period) == 1
    assert await swept.passes(60 * MINUTE) <= 12, "an outage of workers does not fill the queue"


async def test_a_job_whose_time_has_come_is_published(swept: Swept) -> None:
    due = swept.world.clock.now() + 5 * MINUTE
    await swept.write(state="PROCESSING", leaseExpireTime=due, error="providerError:503: away")
    await swept.start()
    assert await swept.passes(5 * MINUTE - swept.inbox.period) == 0
    assert await swept.passes(swept.inbox.period) == 1
    assert await swept.passes(60 * MINUTE) <= 12


async def test_a_retry_that_nobody_took_up_is_published(swept: Swept) -> None:
    await swept.start()
    await swept.write(state="RETRY")
    assert await swept.passes(2 * MINUTE) >= 1


@pytest.mark.parametrize("state", ["SUCCESS", "ERROR"])
async def test_a_settled_job_is_left_alone_and_hardly_read(state: str, swept: Swept) -> None:
    await swept.start()
    now = swept.world.clock.now()
    await swept.write(state=state, endTime=now, info={"status": "unknown"})
    before = swept.world.store.counts
    assert await swept.passes(60 * MINUTE) == 0
    with_job = (swept.world.store.counts - before).reads
    idle = Swept(World(), swept.inbox, swept.path, swept.payload)
    await idle.start()
    before = idle.world.store.counts
    await idle.passes(60 * MINUTE)
    assert with_job - (idle.world.store.counts - before).reads <= 1, "an empty query costs a read"


@pytest.mark.parametrize("inbox", ["sms", "campaign"])
async def test_a_lost_answer_is_looked_up_every_five_minutes(inbox: str, world: World) -> None:
    swept = Swept(world, *INBOXES[inbox])
    await swept.start()
    end = world.clock.now() + timedelta(hours=24)
    await swept.write(state="PROCESSING", leaseExpireTime=end, info={"status": "unknown"})
    assert await swept.passes(4 * MINUTE) == 0, "the worker that lost it looks first"
    assert await swept.passes(56 * MINUTE) == 12
    before = world.store.counts
    await swept.passes(60 * MINUTE)
    reads_of_the_job = (world.store.counts - before).by_collection
    assert reads_of_the_job["reads", _collection(swept.path)] <= 12 + 9 * 60


def _collection(path: str) -> str:
    return "/".join(path.split("/")[::2])


async def test_many_waiting_jobs_are_not_read_at_each_pass(world: World) -> None:
    """When the provider is away for an hour, nobody reads all jobs every few seconds."""
    swept = Swept(world, *INBOXES["sms"])
    await swept.start()
    later = world.clock.now() + timedelta(hours=2)
    waiting = {
        "state": "PROCESSING",
        "attempts": 1,
        "startTime": world.clock.now(),
        "leaseExpireTime": later,
        "error": "providerError:503: away",
    }
    job = {"serviceId": "acme", "createdAt": world.clock.now(), "delivery": waiting}
    await world.write({paths.non_chat_sms(f"j{number}"): job for number in range(100)})
    before = world.store.counts
    for _ in range(180):
        world.clock.advance(20)
        await swept.sweep.sweep(world.clock.now())
    spent = (world.store.counts - before).reads
    assert spent <= 7 * 100 + 13 * 60, "once in each window of ages, and the empty queries"
