"""What an SMS costs on the real store, and that its fences hold there."""

from __future__ import annotations

import asyncio

from parley.domain.delivery.job_answers import Accepted
from parley.store import Update
from schema import paths
from schema.delivery import Delivery
from tests.integration.costs.conftest import CountedWorld

PHONES = [f"+1202555{100 + number:04d}" for number in range(6)]


async def write(world: CountedWorld, *settings: tuple[str, object]) -> list[str]:
    """A service with people, and a job for each; their paths."""
    uids = await world.service(people=len(PHONES))
    service = {"name": "Acme", "kind": "dashboard", "sms": {"from": "12345", **dict(settings)}}
    jobs = {}
    for uid, phone in zip(uids, PHONES, strict=True):
        known = {"phone": phone, "provenPhone": phone}
        await world.store.commit([Update(paths.service_user("acme", uid), known)])
        jobs[paths.non_chat_sms(f"j-{uid}")] = {
            "serviceId": "acme",
            "createdBy": "staff1",
            "createdAt": world.app.clock.now(),
            "to": {"userId": uid},
            "body": "Hi",
            "purpose": "transactional",
        }
    await world.write({paths.service("acme"): service, **jobs})
    return list(jobs)


async def states(world: CountedWorld, jobs: list[str]) -> list[str]:
    """The answers of jobs: the state, and the reason of those that failed."""
    found = await world.store.get_many(jobs)
    answers = [Delivery.parse(one.fields["delivery"]) for one in found if one is not None]
    return [one.state if one.error is None else one.error.split(":")[0] for one in answers]


async def test_a_job_costs_six_reads_and_three_writes(world: CountedWorld) -> None:
    jobs = await write(world)
    await world.app.sms_jobs.deliver(jobs[0])
    before = world.store.counts
    await world.app.sms_jobs.deliver(jobs[1])
    spent = world.store.counts - before
    bans = spent.of("reads", "bans")
    assert (spent.reads - bans, spent.writes) == (6, 3), "the sender's second is reserved already"
    before = world.store.counts
    await world.app.sms_jobs.settle(
        jobs[1].split("/")[1], Accepted({"messageSid": "SM1", "status": "delivered"}), 1
    )
    spent = world.store.counts - before
    assert (spent.reads, spent.writes) == (1, 1)


async def test_a_cap_holds_when_jobs_are_delivered_at_once(world: CountedWorld) -> None:
    jobs = await write(world, ("dailySpendCap", 0.0249), ("maxPerPrefixPerHour", 100))
    await asyncio.gather(*(world.app.sms_jobs.deliver(path) for path in jobs))
    found = await states(world, jobs)
    assert sorted(found) == ["SUCCESS"] * 3 + ["spendCap"] * 3
