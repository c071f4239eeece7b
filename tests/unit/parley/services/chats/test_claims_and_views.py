"""Claims of cases, and what the dashboard's rows tell the views of its inbox."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import UpdateCase
from parley.testing.clock import START
from schema import paths
from schema.chats import Chat
from tests.unit.parley.services.conftest import TwinWorld as World

CASE = "p0000:service:acme"
DASHBOARD = "service:acme"
ROW = paths.user_chat(DASHBOARD, CASE)


@pytest.fixture
async def case(world: World) -> World:
    """A case that its person opened, and two agents."""
    await world.service(people=1)
    await world.write(
        {
            paths.staff("acme", uid): {"role": "agent", "displayName": uid.title()}
            for uid in ("ada", "bea")
        }
    )
    await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    return world


async def update(world: World, uid: str, **asked: Any) -> None:
    request = UpdateCase.model_validate({"chatId": CASE, **asked})
    world.clock.advance(1)
    await world.app.update_chats.update_case(caller=UserCaller(uid), request=request)
    world.clock.advance(1)


async def say(world: World, message_id: str, sender: str) -> None:
    world.clock.advance(1)
    await world.post(CASE, message_id, sender)
    await world.app.fan_out_messages.fan_out(CASE, [message_id])
    world.clock.advance(1)


def row(world: World) -> dict[str, Any]:
    return dict(world.at(ROW))


async def test_of_two_who_claim_a_case_one_wins_and_the_other_is_told_who(case: World) -> None:
    async def claim(uid: str) -> str | None:
        try:
            await update(case, uid, assigneeId=uid, expectedAssigneeId=None)
        except Refused as refused:
            return f"{refused.reason}: {refused.about['assigneeId']}"
        return None

    told = await asyncio.gather(claim("ada"), claim("bea"))

    winner = Chat.parse(case.at(paths.chat(CASE))).assignee_id
    assert winner in ("ada", "bea")
    assert sorted(told, key=str) == sorted([None, f"alreadyAssigned: {winner}"], key=str)


async def test_a_repeated_claim_changes_nothing_and_is_no_refusal(case: World) -> None:
    await update(case, "ada", assigneeId="ada", expectedAssigneeId=None)
    there = list(case.store.paths())

    await update(case, "ada", assigneeId="ada", expectedAssigneeId=None)

    assert list(case.store.paths()) == there
    assert row(case)["assigneeId"] == "ada"


async def test_who_expects_somebody_who_has_it_no_more_is_refused(case: World) -> None:
    await update(case, "ada", assigneeId="bea", expectedAssigneeId=None)
    await update(case, "ada", assigneeId=None, expectedAssigneeId="bea")
    with pytest.raises(Refused, match="nobody has this case") as refused:
        await update(case, "ada", assigneeId="ada", expectedAssigneeId="bea")
    assert refused.value.about == {}


@pytest.mark.parametrize(
    "asked",
    [
        {"expectedAssigneeId": "ada"},
        {"state": "open", "expectedAssigneeId": None},
        {"state": "snoozed", "untilReply": True, "snoozedUntil": "2030-01-01T00:00:00Z"},
        {"state": "closed", "untilReply": True},
        {"assigneeId": "ada", "untilReply": True},
        {"untilReply": True},
        {"state": "snoozed", "untilReply": False},
        {"state": "snoozed"},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        UpdateCase.model_validate({"chatId": CASE, **asked})


async def test_a_case_that_nobody_has_says_so_in_its_row(case: World) -> None:
    assert row(case)["assigneeId"] is None
    await update(case, "ada", assigneeId="bea")
    assert row(case)["assigneeId"] == "bea"
    await say(case, "m1", "p0000")
    assert row(case)["assigneeId"] == "bea"
    await update(case, "ada", assigneeId=None)
    assert row(case)["assigneeId"] is None


async def test_assigning_an_open_case_writes_its_row_and_a_closed_one_none(case: World) -> None:
    await update(case, "ada", state="closed")
    assert ROW not in case.store.paths()
    await update(case, "ada", assigneeId="ada")
    assert ROW not in case.store.paths()
    await update(case, "ada", state="open", assigneeId="bea")
    assert row(case)["assigneeId"] == "bea"
    assert row(case)["kind"] == "case"


async def test_a_case_is_unanswered_from_the_persons_word_to_the_staffs(case: World) -> None:
    assert "isUnanswered" not in row(case)
    await say(case, "m1", "p0000")
    assert (row(case)["isUnanswered"], row(case)["isUnread"]) == (True, True)
    await say(case, "m2", DASHBOARD)
    assert (row(case)["isUnanswered"], row(case)["isUnread"]) == (False, True)
    await say(case, "m3", "p0000")
    assert row(case)["isUnanswered"] is True


async def test_a_system_message_answers_nobody(case: World) -> None:
    await say(case, "m1", "p0000")
    await update(case, "ada", state="snoozed", untilReply=True)
    await update(case, "ada", state="open")
    assert row(case)["isUnanswered"] is True


async def test_a_case_snoozed_to_the_next_reply_opens_with_it_and_at_no_time(case: World) -> None:
    await say(case, "m1", "p0000")
    await update(case, "ada", state="snoozed", untilReply=True)
    chat = Chat.parse(case.at(paths.chat(CASE)))
    assert (chat.state, chat.snoozed_until) == ("snoozed", None)
    case.clock.advance(10_000_000)
    await case.app.upkeep().run_once()
    assert Chat.parse(case.at(paths.chat(CASE))).state == "snoozed"

    await say(case, "m2", "p0000")
    assert Chat.parse(case.at(paths.chat(CASE))).state == "open"
    assert (row(case)["isUnanswered"], row(case)["isUnread"]) == (True, True)


async def test_a_snooze_to_a_time_can_become_one_to_the_next_reply(case: World) -> None:
    tomorrow = (START.replace(year=START.year + 1)).isoformat()
    await update(case, "ada", state="snoozed", snoozedUntil=tomorrow)
    await update(case, "ada", state="snoozed", untilReply=True)
    assert Chat.parse(case.at(paths.chat(CASE))).snoozed_until is None


async def test_a_case_says_since_when_it_has_its_state(case: World) -> None:
    def since() -> Any:
        return case.at(paths.chat(CASE))["stateAt"]

    opened = since()
    await say(case, "m1", "p0000")
    assert since() == opened
    await update(case, "ada", state="closed")
    closed = since()
    assert closed > opened
    await update(case, "ada", assigneeId="ada")
    assert since() == closed
    await say(case, "m2", "p0000")
    assert since() > closed
