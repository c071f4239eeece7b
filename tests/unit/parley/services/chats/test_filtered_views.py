"""Views of the inbox that a filter narrows: the same cases as their lists, found and changed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from parley.domain.access import UserCaller
from parley.domain.inbox_requests import FindCases
from parley.domain.requests import UpdateCase
from schema import ids, paths
from tests.unit.parley.services.chats.bulk_jobs_seen import ADA, cases, chat, start, tally, work
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.world import fire_triggers

EVERYBODY = {"field": "attributes.plan", "op": "exists", "value": True}
PRO = {"field": "attributes.plan", "op": "==", "value": "pro"}
"""Every second person, beginning with the second."""


async def update(world: World, chat_id: str, **asked: Any) -> None:
    request = UpdateCase.model_validate({"chatId": chat_id, **asked})
    await world.app.update_chats.update_case(caller=ADA, request=request)


async def say(world: World, chat_id: str) -> None:
    """Let the person say something, to which nobody has answered."""
    world.clock.advance(1)
    await world.post(chat_id, f"m-{chat_id}", chat_id.split(":")[0])
    await world.app.fan_out_messages.fan_out(chat_id, [f"m-{chat_id}"])


async def find(
    world: World, where: dict[str, Any] = EVERYBODY, caller: str = "ada", **asked: Any
) -> list[dict[str, Any]]:
    request = FindCases.model_validate({"serviceId": "acme", "where": where, **asked})
    found = await world.app.find_cases.find(caller=UserCaller(caller), request=request)
    return list(found["cases"])


async def names(world: World, where: dict[str, Any] = EVERYBODY, **asked: Any) -> list[str]:
    return [one["chatId"] for one in await find(world, where, **asked)]


async def test_a_filter_leaves_each_view_what_it_is(world: World) -> None:
    mine, hers, waiting, snoozed, closed = await cases(world, 5)
    await update(world, mine, assigneeId="ada")
    await update(world, hers, assigneeId="bea")
    await say(world, waiting)
    await update(world, snoozed, state="snoozed", untilReply=True)
    await update(world, closed, state="closed")

    assert await names(world, view="mine") == [mine]
    assert await names(world, view="mine", assigneeId="bea") == [hers]
    assert await names(world, view="unassigned") == [waiting]
    assert await names(world, view="unread") == [waiting]
    assert await names(world, view="unanswered") == [waiting]
    assert await names(world, view="open") == [mine, hers, waiting]
    assert await names(world, view="snoozed") == [snoozed]
    assert await names(world, view="closed") == [closed]
    assert await names(world, view="all") == [mine, hers, waiting, snoozed, closed]
    assert await names(world, PRO, view="open") == [hers]


async def test_a_found_case_says_that_it_is_unread_and_unanswered(world: World) -> None:
    quiet, waiting = await cases(world, 2)
    await say(world, waiting)

    first, second = await find(world, view="open")

    assert (first["chatId"], "isUnread" in first, "isUnanswered" in first) == (quiet, False, False)
    assert (second["isUnread"], second["isUnanswered"], second["state"]) == (True, True, "open")
    assert second["lastMessage"]["preview"] == "hi"


async def test_a_row_that_never_said_who_has_its_case_is_in_no_view_of_assignees(
    world: World,
) -> None:
    (old,) = await cases(world, 1)
    path = paths.user_chat("service:acme", old)
    row = {name: value for name, value in world.at(path).items() if name != "assigneeId"}
    await world.write({path: row})

    assert await names(world, view="unassigned") == []
    assert await names(world, view="open") == [old]


@pytest.mark.parametrize("view", ["unanswered", "closed"])
async def test_a_view_costs_a_read_for_each_person_looked_at_and_one_for_each_match(
    world: World, view: str
) -> None:
    await cases(world, 6)
    before = world.store.counts

    await find(world, PRO, view=view)

    spent = world.store.counts - before
    assert spent.of("reads", "services/users") == 3
    assert spent.reads == 3 + 3 + 1  # The caller's own document of the staff is one more.


async def test_all_that_match_in_a_filtered_view_are_changed_and_the_spared_are_not(
    world: World,
) -> None:
    chat_ids = await cases(world, 6)
    for one in (*chat_ids[:4], chat_ids[5]):
        await say(world, one)
    _, first, _, second, _, third = chat_ids

    job_id = await start(
        world, {"state": "closed"}, view="unanswered", where=PRO, exceptChatIds=[second]
    )

    assert tally(await work(world, job_id)) == ("completed", 2, 2, 0, 0)
    assert [one for one in chat_ids if chat(world, one).state == "closed"] == [first, third]


async def test_a_job_on_ones_own_filtered_cases_leaves_the_colleagues_alone(world: World) -> None:
    mine, hers = await cases(world, 2)
    await update(world, mine, assigneeId="ada")
    await update(world, hers, assigneeId="bea")

    await work(world, await start(world, {"state": "closed"}, view="mine", where=EVERYBODY))

    assert (chat(world, mine).state, chat(world, hers).state) == ("closed", "open")


async def test_a_case_is_spared_in_a_view_without_a_filter(world: World) -> None:
    first, second = await cases(world, 2)

    job_id = await start(world, {"state": "closed"}, view="open", exceptChatIds=[second])

    assert tally(await work(world, job_id)) == ("completed", 1, 1, 0, 0)
    assert (chat(world, first).state, chat(world, second).state) == ("closed", "open")


@pytest.mark.parametrize("asked", [{}, {"state": "closed"}, {"view": "closed"}, {"view": "all"}])
async def test_nobody_reopens_cases_into_which_only_a_campaign_has_written(
    world: World, asked: dict[str, Any]
) -> None:
    """ADR 11: they are closed, and no view shows them."""
    (answered,) = await cases(world, 1)
    await update(world, answered, state="closed")
    await world.service(people=3)
    path = paths.campaign(await world.campaign())
    await fire_triggers(world.app, path, None, world.at(path))
    await world.work()
    silent = [ids.case_chat_id(uid, "acme") for uid in ("p0001", "p0002")]
    assert {chat(world, one).state for one in silent} == {"closed"}

    assert await names(world, **asked) == [answered]
    job_id = await start(world, {"state": "open"}, where=EVERYBODY, **asked)
    assert tally(await work(world, job_id)) == ("completed", 1, 1, 0, 0)
    assert {chat(world, one).state for one in silent} == {"closed"}


@pytest.mark.parametrize(
    "asked",
    [
        {"view": "open", "state": "open"},
        {"assigneeId": "ada"},
        {"view": "open", "assigneeId": "ada"},
        {"view": "everything"},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FindCases.model_validate({"serviceId": "acme", "where": EVERYBODY, **asked})
