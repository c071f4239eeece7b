"""Bulk jobs on the twins: all that match, once each, counted, undone and cancelled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused, UserCaller
from parley.domain.inbox_requests import CancelBulkJob, FindCases, UndoBulkJob, UpdateCases
from parley.domain.requests import UpdateCase
from parley.errors import ParleyError, PermanentError
from parley.testing.clock import START
from parley.testing.faults import StoreCall
from schema import paths
from tests.unit.parley.services.chats.bulk_jobs_seen import (
    ADA,
    cases,
    chat,
    job,
    start,
    tally,
    work,
)
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_500_cases_are_changed_once_each_and_counted(world: World) -> None:
    chat_ids = await cases(world, 500)
    job_id = await start(world, {"assigneeId": "bea"})
    assert [str(payload.queue) for payload in world.publisher.published][-1] == "bulk-queue"

    done = await work(world, job_id)

    assert tally(done) == ("completed", 500, 500, 0, 0)
    assert done.due_at is None
    assert done.finished_at is not None
    assert {chat(world, one).assignee_id for one in chat_ids} == {"bea"}
    audits = [path for path in world.store.paths() if path.endswith(f"/audit/bulk-{job_id}")]
    assert len(audits) == 500
    entry = world.at(paths.chat_audit(chat_ids[0], f"bulk-{job_id}"))
    assert (entry["by"], entry["action"]) == ("ada", "assigned")


async def test_a_job_that_ran_changes_nothing_when_it_comes_again(world: World) -> None:
    chat_ids = await cases(world, 3)
    job_id = await start(world, {"state": "closed"})
    await work(world, job_id)
    await world.app.update_chats.update_case(
        caller=ADA, request=UpdateCase(chat_id=chat_ids[0], state="open")
    )

    again = await work(world, job_id)

    assert tally(again) == ("completed", 3, 3, 0, 0)
    assert chat(world, chat_ids[0]).state == "open"


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("commits", range(1, 6))
async def test_an_end_at_any_commit_leaves_nothing_double_or_half_done(
    world: World, commits: int, moment: str
) -> None:
    """As if the process died there: a commit is planning, a case, or the count of a part."""
    chat_ids = await cases(world, 3)
    job_id = await start(world, {"state": "closed"})
    left = commits

    def die(call: StoreCall) -> None:
        nonlocal left
        if call.operation == "commit" and call.moment == moment:
            left -= 1
            if left <= 0:
                raise PermanentError("the process died")

    world.store.faults.append(die)
    with pytest.raises(PermanentError):
        await world.app.run_bulk_jobs.run("acme", job_id)
    world.store.faults.clear()

    world.app = world.new_process()
    done = await work(world, job_id)
    assert tally(done) == ("completed", 3, 3, 0, 0)
    for one in chat_ids:
        closings = [p for p in world.store.paths() if p.startswith(paths.messages(one) + "/closed")]
        assert (chat(world, one).state, len(closings)) == ("closed", 1)


async def test_undo_puts_back_what_nobody_changed_since(world: World) -> None:
    first, second, third = await cases(world, 3)
    update = world.app.update_chats.update_case
    await update(caller=ADA, request=UpdateCase(chat_id=first, assignee_id="ada"))
    job_id = await start(world, {"state": "closed", "assigneeId": "bea"})
    await work(world, job_id)
    await update(caller=ADA, request=UpdateCase(chat_id=second, assignee_id="ada"))

    request = UndoBulkJob(service_id="acme", job_id=job_id)
    undo_id = await world.app.start_bulk_jobs.undo(caller=ADA, request=request)
    assert await world.app.start_bulk_jobs.undo(caller=ADA, request=request) == undo_id
    undone = await work(world, undo_id)

    assert tally(undone) == ("completed", 3, 2, 1, 0)
    assert (chat(world, first).state, chat(world, first).assignee_id) == ("open", "ada")
    assert (chat(world, second).state, chat(world, second).assignee_id) == ("closed", "ada")
    assert (chat(world, third).state, chat(world, third).assignee_id) == ("open", None)
    assert job(world, job_id).undone_by == undo_id


async def test_an_undone_snooze_whose_time_has_passed_is_an_open_case(world: World) -> None:
    (first,) = await cases(world, 1)
    soon = START.replace(year=START.year + 1)
    snooze = UpdateCase(chat_id=first, state="snoozed", snoozed_until=soon)
    await world.app.update_chats.update_case(caller=ADA, request=snooze)
    job_id = await start(world, {"state": "closed"}, view="snoozed")
    await work(world, job_id)
    world.clock.advance(400 * 86_400)
    request = UndoBulkJob(service_id="acme", job_id=job_id)
    await work(world, await world.app.start_bulk_jobs.undo(caller=ADA, request=request))
    assert chat(world, first).state == "open"


async def test_a_cancelled_job_does_no_more(world: World) -> None:
    chat_ids = await cases(world, 2)
    job_id = await start(world, {"state": "closed"})
    request = CancelBulkJob(service_id="acme", job_id=job_id)
    await world.app.start_bulk_jobs.cancel(caller=ADA, request=request)

    assert tally(await work(world, job_id)) == ("cancelled", 0, 0, 0, 0)
    assert {chat(world, one).state for one in chat_ids} == {"open"}


async def test_the_job_of_somebody_who_left_the_staff_fails(world: World) -> None:
    await cases(world, 1)
    job_id = await start(world, {"state": "closed"})
    await world.write({paths.staff("acme", "ada"): {"role": "viewer", "displayName": "Ada"}})
    done = await work(world, job_id)
    assert done.state == "failed"
    assert done.error is not None
    assert done.error.code == "notAllowed"


async def test_only_agents_change_cases_and_a_service_has_few_jobs_at_once(world: World) -> None:
    await cases(world, 1)
    with pytest.raises(Refused, match="requires the role"):
        await start(world, {"state": "closed"}, caller="vic")
    with pytest.raises(Refused, match=r"changes\.assigneeId"):
        await start(world, {"assigneeId": "vic"})
    for _ in range(3):
        await start(world, {"state": "closed"})
    with pytest.raises(Refused, match="3 bulk jobs are under way"):
        await start(world, {"state": "closed"})


async def test_a_job_that_is_asked_for_again_is_the_same_when_others_fill_the_room(
    world: World,
) -> None:
    await cases(world, 1)
    for name in ("one", "two", "three"):
        await start(world, {"state": "closed"}, job_id=name)

    assert await start(world, {"state": "closed"}, job_id="three") == "three"


async def test_two_long_ids_that_begin_alike_are_undone_each_for_itself(world: World) -> None:
    await cases(world, 1)
    names = ["x" * 58 + end for end in ("a", "b")]
    undone = []
    for name in names:
        await work(world, await start(world, {"state": "closed"}, job_id=name))
        request = UndoBulkJob(service_id="acme", job_id=name)
        undone.append(await world.app.start_bulk_jobs.undo(caller=ADA, request=request))

    assert undone == [f"undo-{name}" for name in names]


async def test_jobs_begun_at_one_moment_are_as_few_as_others(world: World) -> None:
    await cases(world, 1)
    jobs = [start(world, {"state": "closed"}, job_id=f"job{number}") for number in range(9)]
    begun = await asyncio.gather(*jobs, return_exceptions=True)

    assert [one for one in begun if isinstance(one, str)] == ["job0", "job1", "job2"]
    refused = [one for one in begun if isinstance(one, Refused)]
    assert [one.reason for one in refused] == ["tooMany"] * 6


async def test_a_lost_message_of_a_job_is_found(world: World) -> None:
    await cases(world, 1)
    job_id = await start(world, {"state": "closed"})
    world.publisher.published.clear()
    world.clock.advance(60)
    await world.app.upkeep().run_once()
    assert [getattr(one, "job_id", None) for one in world.publisher.published] == [job_id]
    await work(world, job_id)
    world.publisher.published.clear()
    world.clock.advance(600)
    await world.app.upkeep().run_once()
    assert world.publisher.published == []


async def test_cases_are_found_by_what_is_known_of_their_people(world: World) -> None:
    chat_ids = await cases(world, 4)
    where = {"field": "attributes.plan", "op": "==", "value": "pro"}
    request = FindCases.model_validate({"serviceId": "acme", "where": where, "state": "open"})
    found = await world.app.find_cases.find(caller=UserCaller("vic"), request=request)
    assert [one["chatId"] for one in found["cases"]] == [chat_ids[1], chat_ids[3]]
    assert found["cases"][0]["displayName"] == "Person 1"
    assert "nextCursor" not in found

    job_id = await start(world, {"state": "closed"}, where=where)
    assert tally(await work(world, job_id)) == ("completed", 2, 2, 0, 0)
    again = await world.app.find_cases.find(caller=ADA, request=request)
    assert again["cases"] == []
    with pytest.raises(Refused, match="requires the role"):
        await world.app.find_cases.find(caller=UserCaller("p0000"), request=request)


async def test_a_given_up_job_tells_its_author(world: World) -> None:
    await cases(world, 1)
    job_id = await start(world, {"state": "closed"})
    await world.app.run_bulk_jobs.give_up("acme", job_id, "ParleyError: broken")
    done = job(world, job_id)
    assert (done.state, done.error and done.error.code) == ("failed", "givenUp")


@pytest.mark.parametrize(
    "asked",
    [
        {"cases": {}, "changes": {"state": "closed"}},
        {"cases": {"view": "open", "chatIds": ["a:service:b"]}, "changes": {"state": "closed"}},
        {"cases": {"view": "all", "where": {}, "state": "open"}, "changes": {"state": "closed"}},
        {
            "cases": {"chatIds": ["a:service:b"], "exceptChatIds": ["a:service:b"]},
            "changes": {"state": "closed"},
        },
        {"cases": {"view": "open", "state": "open"}, "changes": {"state": "closed"}},
        {"cases": {"view": "open", "assigneeId": "ada"}, "changes": {"state": "closed"}},
        {"cases": {"view": "open"}, "changes": {}},
        {"cases": {"view": "open"}, "changes": {"state": "snoozed"}},
        {"cases": {"chatIds": ["a"] * 501}, "changes": {"state": "closed"}},
        {"cases": {"view": "open"}, "changes": {"state": "closed"}, "jobId": "x" * 60},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, ParleyError)):
        UpdateCases.model_validate({"serviceId": "acme", **asked})
