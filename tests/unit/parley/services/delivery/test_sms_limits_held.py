"""Limits on SMS are never passed, by however many workers, and refused jobs use nothing up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parley.domain.delivery.sms_limits import prefix_usage_path, spend_usage_path
from parley.store import Update
from parley.testing.faults import lost_answer
from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.sms_written import (
    ANN,
    ANNS_PHONE,
    counted,
    delivery,
    error,
    job_fields,
    person,
    press_retry,
    send_sms,
    service,
)


def path_of(number: int) -> str:
    return paths.non_chat_sms(f"j{number}")


async def send_many(world: World, count: int, workers: int = 1, **changed: Any) -> int:
    """Have several processes deliver jobs at once; return how many were sent."""
    await world.write({path_of(number): job_fields(world, **changed) for number in range(count)})
    processes = [world.new_process().sms_jobs for _ in range(workers)]
    await asyncio.gather(
        *(processes[number % workers].deliver(path_of(number)) for number in range(count))
    )
    return len(world.sms.sent)


def refusals(world: World, count: int) -> set[str]:
    """The reasons of the jobs that failed."""
    found = [delivery(world, path_of(number)) for number in range(count)]
    return {one.error.split(":")[0] for one in found if one.error is not None}


async def test_a_person_gets_ten_a_day_unless_the_service_says_otherwise(world: World) -> None:
    await service(world)
    await person(world)
    for number in range(limits.SMS_PER_PERSON_PER_DAY + 1):
        await send_sms(world, path_of(number))
    assert len(world.sms.sent) == counted(world) == 10
    assert error(world, path_of(10)) == (
        "personLimit: 'ann' got 10 SMS on 2026-01-05, and sms.maxPerPersonPerDay is 10; set "
        "delivery.state to RETRY on the next day (UTC), or raise it"
    )
    world.clock.advance(16 * 3600)
    await press_retry(world, path_of(10))
    assert delivery(world, path_of(10)).state == "SUCCESS"
    assert counted(world) == 1


@pytest.mark.parametrize("to", [{"userId": ANN}, {"phone": ANNS_PHONE}])
@pytest.mark.parametrize("is_known", [True, False])
async def test_two_workers_do_not_both_send_the_last_one_of_a_day(
    to: dict[str, str], is_known: bool, world: World
) -> None:
    await service(world, maxPerPersonPerDay=3)
    if is_known or "userId" in to:
        await person(world)
    assert await send_many(world, 6, workers=2, to=to) == 3
    assert refusals(world, 6) == {"personLimit"}


async def test_a_number_of_nobody_is_counted_without_showing_it(world: World) -> None:
    await service(world, maxPerPersonPerDay=2)
    assert await send_many(world, 3, to={"phone": ANNS_PHONE}) == 2
    assert not any(ANNS_PHONE in path for path in world.store.paths())


async def test_jobs_by_uid_and_by_phone_count_for_the_same_person(world: World) -> None:
    await service(world, maxPerPersonPerDay=2)
    await person(world)
    await send_sms(world, path_of(0))
    await send_sms(world, path_of(1), to={"phone": ANNS_PHONE})
    await send_sms(world, path_of(2))
    assert error(world, path_of(2)).startswith("personLimit: ")


async def test_what_the_provider_refuses_uses_no_limit_up(world: World) -> None:
    await service(world, maxPerPersonPerDay=1, maxPerPrefixPerHour=1, dailySpendCap=0.0083)
    await person(world)
    world.sms.fates = ["refuse", "refuse", "accept"]
    for number in range(3):
        await send_sms(world, path_of(number))
    assert [delivery(world, path_of(number)).state for number in range(3)] == [
        "ERROR",
        "ERROR",
        "SUCCESS",
    ]
    assert counted(world) == 1


async def test_a_refusal_by_one_limit_uses_no_other_up(world: World) -> None:
    await service(world, maxPerPrefixPerHour=2, dailySpendCap=0.0083)
    await send_sms(world, path_of(0), to={"phone": ANNS_PHONE})
    await send_sms(world, path_of(1), to={"phone": ANNS_PHONE})
    assert error(world, path_of(1)).startswith("spendCap: ")
    await service(world, maxPerPrefixPerHour=2)
    await press_retry(world, path_of(1))
    assert delivery(world, path_of(1)).state == "SUCCESS"


@pytest.mark.parametrize("workers", [1, 3])
async def test_the_spend_cap_stops_and_says_so(workers: int, world: World) -> None:
    """A US segment costs 0.0083, so five fit into 0.045."""
    await service(world, dailySpendCap=0.045, maxPerPersonPerDay=1_000)
    await person(world)
    assert await send_many(world, 12, workers=workers) == 5
    assert refusals(world, 12) == {"spendCap"}
    usage = world.at(spend_usage_path("acme", world.clock.now()))
    assert usage == {"period": "2026-01-05", "used": 41_500}
    stopped = next(path for path in map(path_of, range(12)) if delivery(world, path).error)
    assert "has spent what sms.dailySpendCap allows on 2026-01-05 (0.045)" in error(world, stopped)


async def test_the_next_day_has_its_own_spend(world: World) -> None:
    await service(world, dailySpendCap=0.01)
    await person(world)
    await send_many(world, 2)
    world.clock.advance(16 * 3600)
    stopped = next(path for path in map(path_of, range(2)) if delivery(world, path).error)
    await press_retry(world, stopped)
    assert delivery(world, stopped).state == "SUCCESS"


async def test_segments_and_countries_have_their_price(world: World) -> None:
    await service(world, dailySpendCap=1.0)
    await send_sms(world, path_of(0), to={"phone": "+4915112345678"}, body="x" * 161)
    usage = world.at(spend_usage_path("acme", world.clock.now()))
    assert usage["used"] == 240_000, "two segments to Germany"


@pytest.mark.parametrize("workers", [1, 3])
async def test_a_prefix_gets_so_many_an_hour(workers: int, world: World) -> None:
    await service(world, maxPerPrefixPerHour=4)
    phones = [f"+1202555{number:04d}" for number in range(100, 110)]
    for number, phone in enumerate(phones):
        await world.write({path_of(number): job_fields(world, to={"phone": phone})})
    processes = [world.new_process().sms_jobs for _ in range(workers)]
    await asyncio.gather(
        *(processes[number % workers].deliver(path_of(number)) for number in range(10))
    )
    assert len(world.sms.sent) == 4
    assert refusals(world, 10) == {"prefixLimit"}
    assert world.at(prefix_usage_path("acme", phones[0]))["used"] == 4
    await send_sms(world, path_of(99), to={"phone": "+13105550100"})
    assert delivery(world, path_of(99)).state == "SUCCESS", "another prefix"
    world.clock.advance(3600)
    stopped = next(path for path in map(path_of, range(10)) if delivery(world, path).error)
    await press_retry(world, stopped)
    assert delivery(world, stopped).state == "SUCCESS"


async def test_lost_answers_of_commits_pass_no_limit(world: World) -> None:
    await service(world, maxPerPersonPerDay=1_000, dailySpendCap=0.083)
    await person(world)
    await world.write({path_of(number): job_fields(world) for number in range(12)})
    world.store.faults.append(lost_answer(times=4))
    processes = [world.new_process().sms_jobs for _ in range(3)]
    await asyncio.gather(
        *(processes[number % 3].deliver(path_of(number)) for number in range(12)),
        return_exceptions=True,
    )
    assert 4 <= len(world.sms.sent) <= 10
    assert counted(world) == len(world.sms.sent)


async def test_many_sms_of_one_service_write_its_usage_seldom(world: World) -> None:
    """At 100 SMS a second a document for each would be too hot; a block holds 100."""
    await service(world, dailySpendCap=1_000.0)
    for number in range(300):
        phone = f"+1202555{number:04d}" if number > 99 else f"+1310555{100 + number:04d}"
        await world.write({path_of(number): job_fields(world, to={"phone": phone})})
    usage = spend_usage_path("acme", world.clock.now())
    written = 0

    def count(call: Any) -> None:
        nonlocal written
        written += call.operation == "commit" and call.moment == "after" and call.touches(usage)

    world.store.faults.append(count)
    for number in range(300):
        await world.app.sms_jobs.deliver(path_of(number))
    sent = len(world.sms.sent)
    assert sent >= 190, "the others are no valid numbers"
    assert written <= sent / 100 + 1


async def test_a_count_that_cannot_be_read_begins_anew(world: World) -> None:
    await service(world)
    await person(world, smsSent={"day": "2026-01-05", "count": "many"})
    await send_sms(world)
    assert counted(world) == 1


async def test_what_was_counted_down_below_nothing_counts_as_nothing(world: World) -> None:
    await service(world, maxPerPersonPerDay=1)
    await person(world)
    record = paths.service_user("acme", ANN)
    await world.store.commit([Update(record, {"smsSent": {"day": "2026-01-05", "count": -3}})])
    await send_sms(world, path_of(0))
    await send_sms(world, path_of(1))
    assert len(world.sms.sent) == 1
