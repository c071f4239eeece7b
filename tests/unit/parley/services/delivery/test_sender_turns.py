"""A sender keeps its pace over all workers, and nobody waits longer than needed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from parley.app import App
from parley.testing.faults import lost_answer
from schema import paths
from schema.events import SmsQueued
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.sms_written import (
    delivery,
    job_fields,
    sent_at,
    service,
)

LONG_CODE = "+13105550100"


def phones(count: int) -> list[str]:
    return [f"+1202555{100 + number:04d}" for number in range(count)]


async def write_jobs(world: World, count: int, **changed: Any) -> list[str]:
    found = [paths.non_chat_sms(f"j{number}") for number in range(count)]
    await world.write(
        {
            path: job_fields(world, to={"phone": phone}, **changed)
            for path, phone in zip(found, phones(count), strict=True)
        }
    )
    return found


async def run(world: World, processes: list[App], seconds: float, step: float = 0.25) -> None:
    """Let time pass; each published payload goes to one of the processes in turn."""
    turn = 0
    for _ in range(int(seconds / step)):
        world.clock.advance(step)
        for app in processes:
            await app.due_jobs.publish_due()
        for payload in world.publisher.take():
            assert isinstance(payload, SmsQueued)
            app, turn = processes[turn % len(processes)], turn + 1
            await app.sms_jobs.deliver(paths.non_chat_sms(payload.job_id))


def most_within(times: list[float], seconds: float) -> int:
    """The most SMS of any window of this length."""
    return max(sum(begin <= at < begin + seconds for at in times) for begin in times)


@pytest.mark.parametrize("workers", [1, 2, 4])
async def test_a_long_code_sends_one_segment_a_second(workers: int, world: World) -> None:
    await service(world, **{"from": LONG_CODE})
    jobs = await write_jobs(world, 12)
    processes = [world.new_process() for _ in range(workers)]
    for number, path in enumerate(jobs):
        await processes[number % workers].sms_jobs.deliver(path)
    assert len(world.sms.sent) == 1
    await run(world, processes, 40)
    assert {delivery(world, path).state for path in jobs} == {"SUCCESS"}
    times = [at.timestamp() for at in sent_at(world)]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 1.0
    assert times[-1] - times[0] <= 11 * workers, "the sender is used"
    if workers == 1:
        assert times[-1] - times[0] == pytest.approx(11, abs=0.5)


async def test_a_message_of_several_segments_takes_as_long(world: World) -> None:
    await service(world, **{"from": LONG_CODE})
    jobs = await write_jobs(world, 3, body="x" * 320)
    for path in jobs:
        await world.app.sms_jobs.deliver(path)
    await run(world, [world.app], 10)
    times = [at.timestamp() for at in sent_at(world)]
    assert [later - earlier for earlier, later in pairwise(times)] == [3.0, 3.0]


@pytest.mark.parametrize(
    ("settings", "rate"),
    [
        ({"from": "+18002530000"}, 3),
        ({"from": "12345"}, 100),
        ({"from": "ACME"}, 10),
        ({"from": LONG_CODE, "segmentsPerSecond": 5}, 5),
        ({"messagingServiceSid": "MG" + "a" * 32, "segmentsPerSecond": 20}, 20),
    ],
)
async def test_each_type_of_sender_has_its_rate(
    settings: dict[str, Any], rate: int, world: World
) -> None:
    await service(world, **settings)
    jobs = await write_jobs(world, 40)
    processes = [world.new_process(), world.new_process()]
    for number, path in enumerate(jobs):
        await processes[number % 2].sms_jobs.deliver(path)
    await run(world, processes, 60)
    times = [at.timestamp() for at in sent_at(world)]
    assert len(times) == 40
    assert most_within(times, 1.0) <= 2 * rate, "its share, and one second's share"
    assert most_within(times, 4.0) <= 5 * rate


@pytest.mark.parametrize("settings", [{}, {"messagingServiceSid": "MG" + "a" * 32}])
async def test_the_local_sender_and_an_unrated_messaging_service_are_not_paced(
    settings: dict[str, Any], world: World
) -> None:
    await service(world, **settings)
    for path in await write_jobs(world, 30):
        await world.app.sms_jobs.deliver(path)
    assert len(world.sms.sent) == 30
    assert not any(path.startswith(paths.SMS_SENDERS) for path in world.store.paths())


async def test_two_services_share_the_pace_of_a_sender(world: World) -> None:
    await service(world, **{"from": LONG_CODE})
    await world.write(
        {
            paths.service("other"): {"name": "O", "kind": "dashboard", "sms": {"from": LONG_CODE}},
            paths.staff("other", "agent1"): {"role": "agent", "displayName": "Sam"},
        }
    )
    first, second = await write_jobs(world, 2)
    await world.write({second: job_fields(world, serviceId="other", to={"phone": phones(1)[0]})})
    await world.app.sms_jobs.deliver(first)
    await world.app.sms_jobs.deliver(second)
    assert len(world.sms.sent) == 1


async def test_a_waiting_job_is_not_read_before_its_turn(world: World) -> None:
    await service(world, **{"from": LONG_CODE})
    jobs = await write_jobs(world, 5)
    for path in jobs:
        await world.app.sms_jobs.deliver(path)
    before = world.store.counts
    for path in jobs[1:]:
        progress = await world.app.sms_jobs.deliver(path)
        assert progress.due_at is not None
    assert (world.store.counts - before).reads == 0


async def test_what_waiting_costs(world: World) -> None:
    """A long line of one process: each job is looked at twice, however long it waits."""
    await service(world, **{"from": LONG_CODE})
    jobs = await write_jobs(world, 30)
    before = world.store.counts
    for path in jobs:
        await world.app.sms_jobs.deliver(path)
    await run(world, [world.app], 35)
    spent = world.store.counts - before
    assert len(world.sms.sent) == 30
    bans = spent.of("reads", "bans")
    assert bans <= 35 / 2 + 1, "a look once in two seconds"
    assert spent.reads - bans <= 30 * (3 + 6 + 1 + 1) + 5, "waiting, sending, answer, turn"
    assert spent.writes <= 30 * 4, "claim and count, answer, turn"


async def test_a_process_that_lost_its_memory_leaves_its_jobs_to_the_sweep(world: World) -> None:
    await service(world, **{"from": LONG_CODE})
    jobs = await write_jobs(world, 3)
    for path in jobs:
        await world.app.sms_jobs.deliver(path)
    other = world.new_process()
    upkeep = other.upkeep()
    for _ in range(6):
        await run(world, [other], 10)
        await upkeep.run_once()
    await run(world, [other], 5)
    assert {delivery(world, path).state for path in jobs} == {"SUCCESS"}
    assert len(world.sms.sent) == 3


async def test_a_refused_job_gives_its_turn_to_another(world: World) -> None:
    await service(world, **{"from": LONG_CODE})
    jobs = await write_jobs(world, 2)
    world.sms.fates = ["refuse"]
    for path in jobs:
        await world.app.sms_jobs.deliver(path)
    assert [delivery(world, path).state for path in jobs] == ["ERROR", "SUCCESS"]


async def test_a_turn_whose_answer_was_lost_is_not_taken_twice(world: World) -> None:
    await service(world, **{"from": LONG_CODE})
    (path,) = await write_jobs(world, 1)
    world.store.faults.append(
        lost_answer(where=lambda call: call.touches("smsSenders/" + LONG_CODE))
    )
    progress = await world.app.sms_jobs.deliver(path)
    assert world.sms.sent == []
    assert progress.due_at is not None
    await run(world, [world.app], 3)
    assert len(world.sms.sent) == 1
