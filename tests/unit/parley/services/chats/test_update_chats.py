from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup, LeaveChat, UpdateCase, UpdateChat
from parley.errors import Conflict
from parley.testing.clock import START
from parley.testing.faults import failing
from schema import paths
from schema.audit import AuditEntry
from schema.chats import Chat
from schema.messages import Message
from schema.user_chats import UserChat
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.conftest import TwinWorld as World

CASE = "p0000:service:acme"
DASHBOARD = "service:acme"
TOMORROW = START + timedelta(days=1)


@pytest.fixture
async def case(world: World) -> World:
    """A case that its person opened, and staff of each role."""
    await world.service(people=1)
    await world.write(
        {
            paths.staff("acme", role): {"role": role, "displayName": role.title()}
            for role in ("owner", "admin", "agent", "viewer")
        }
    )
    await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    return world


async def update(world: World, uid: str = "agent", chat_id: str = CASE, **asked: Any) -> None:
    request = UpdateCase.model_validate({"chatId": chat_id, **asked})
    world.clock.advance(1)
    await world.app.update_chats.update_case(caller=UserCaller(uid), request=request)
    world.clock.advance(1)


async def describe(world: World, uid: str, chat_id: str, **asked: Any) -> None:
    request = UpdateChat.model_validate({"chatId": chat_id, **asked})
    world.clock.advance(1)
    await world.app.update_chats.update_chat(caller=UserCaller(uid), request=request)


def chat_of(world: World, chat_id: str = CASE) -> Chat:
    return Chat.parse(world.at(paths.chat(chat_id)))


def events(world: World, chat_id: str = CASE) -> list[tuple[Any, Any]]:
    prefix = paths.messages(chat_id) + "/"
    found = [Message.parse(world.at(one)) for one in world.store.paths() if one.startswith(prefix)]
    in_order = sorted(found, key=lambda message: message.created_at)
    return [(message.event, message.value) for message in in_order if message.event]


def audits(world: World, chat_id: str = CASE) -> list[AuditEntry]:
    prefix = paths.chat_audit(chat_id, "")
    found = [
        AuditEntry.parse(world.at(path)) for path in world.store.paths() if path.startswith(prefix)
    ]
    return sorted(found, key=lambda entry: entry.at)


async def commits_of(world: World, call: Any) -> int:
    commits = Commits(world.store)
    await call
    return commits.count


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        await call
    return str(refused.value.reason)


async def test_the_dashboard_neither_joins_nor_lists_a_closed_case(case: World) -> None:
    assert await commits_of(case, update(case, state="closed")) == 1

    assert (chat_of(case).state, chat_of(case).member_ids) == ("closed", ["p0000"])
    assert case.store.document(paths.chat_member(CASE, DASHBOARD)) is None
    assert case.store.document(paths.user_chat(DASHBOARD, CASE)) is None
    row = UserChat.parse(case.at(paths.user_chat("p0000", CASE)))
    assert row.last_message == chat_of(case).last_message
    assert row.message_count == 0
    assert events(case) == [("opened", None), ("closed", None)]
    assert (audits(case)[-1].action, audits(case)[-1].by) == ("closed", "agent")
    assert audits(case)[-1].before == {"state": "open"}


async def test_reopening_a_case_brings_the_dashboard_back(case: World) -> None:
    await update(case, state="closed")

    assert await commits_of(case, update(case, state="open")) == 1

    assert chat_of(case).member_ids == ["p0000", DASHBOARD]
    assert case.at(paths.chat_member(CASE, DASHBOARD))["role"] == "member"
    assert case.at(paths.user_chat(DASHBOARD, CASE))["otherUid"] == "p0000"
    assert [event for event, _ in events(case)] == ["opened", "closed", "opened"]


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "closed"},
        {"state": "open"},
        {"state": "snoozed", "snoozedUntil": TOMORROW.isoformat()},
        {"assigneeId": "admin"},
        {"assigneeId": None},
    ],
    ids=str,
)
async def test_a_repeat_commits_nothing(case: World, asked: dict[str, Any]) -> None:
    await update(case, **asked)

    assert await commits_of(case, update(case, **asked)) == 0


async def test_a_snoozed_case_is_not_listed_until_a_message_wakes_it(case: World) -> None:
    await update(case, state="snoozed", snoozedUntil=TOMORROW.isoformat())
    assert (chat_of(case).state, chat_of(case).snoozed_until) == ("snoozed", TOMORROW)
    assert case.store.document(paths.user_chat(DASHBOARD, CASE)) is None
    assert [event for event, _ in events(case)] == ["opened"], "the person is not told"

    await case.post(CASE, "m1", "p0000")
    await case.app.fan_out_messages.fan_out(CASE, ["m1"])

    assert (chat_of(case).state, chat_of(case).snoozed_until) == ("open", None)
    assert chat_of(case).member_ids == ["p0000", DASHBOARD]
    assert case.at(paths.user_chat(DASHBOARD, CASE))["messageCount"] == 1


async def test_the_snooze_of_a_case_can_be_extended(case: World) -> None:
    later = TOMORROW + timedelta(days=1)
    assert await refusal(update(case, snoozedUntil=later.isoformat())) == "notSnoozed"
    await update(case, state="snoozed", snoozedUntil=TOMORROW.isoformat())

    await update(case, snoozedUntil=later.isoformat())

    assert (chat_of(case).state, chat_of(case).snoozed_until) == ("snoozed", later)


async def test_a_case_is_assigned_to_an_agent_and_unassigned(case: World) -> None:
    await update(case, assigneeId="admin")
    assert chat_of(case).assignee_id == "admin"
    assert (audits(case)[-1].action, audits(case)[-1].after) == (
        "assigned",
        {"assigneeId": "admin"},
    )
    assert await refusal(update(case, assigneeId="viewer")) == "notStaff"
    assert await refusal(update(case, assigneeId="p0000")) == "notStaff"

    await update(case, assigneeId=None)

    assert chat_of(case).assignee_id is None
    assert [event for event, _ in events(case)] == ["opened"]


async def test_state_and_assignee_change_in_one_commit(case: World) -> None:
    assert await commits_of(case, update(case, state="closed", assigneeId="owner")) == 1

    assert (chat_of(case).state, chat_of(case).assignee_id) == ("closed", "owner")


@pytest.mark.parametrize("uid", ["viewer", "p0000", "stranger"])
async def test_only_staff_except_viewers_change_a_case(case: World, uid: str) -> None:
    assert await refusal(update(case, uid, state="closed")) == "notStaff"
    assert await refusal(describe(case, uid, CASE, topic="Taxes")) == "notStaff"


async def test_only_cases_have_a_state(case: World) -> None:
    direct = await case.direct_chat()

    assert await refusal(update(case, chat_id=direct, state="closed")) == "wrongKind"
    assert await refusal(update(case, chat_id="x:service:acme", state="closed")) == "unknownChat"
    assert await refusal(update(case, chat_id="x:service:..", state="closed")) == "unknownChat"
    assert await refusal(describe(case, "ann", direct, title="Us")) == "wrongKind"


@pytest.mark.parametrize(
    ("there", "elsewhere"),
    [("ann:bob", "ann:cleo"), (CASE, "p0001:service:acme")],
    ids=["a direct chat", "a case"],
)
async def test_a_stranger_does_not_learn_whether_a_case_exists(
    case: World, there: str, elsewhere: str
) -> None:
    await case.direct_chat()
    calls: tuple[Callable[[str], Awaitable[None]], ...] = (
        lambda chat_id: update(case, "stranger", chat_id, state="closed"),
        lambda chat_id: describe(case, "stranger", chat_id, title="Ours"),
        lambda chat_id: case.app.change_members.leave(
            caller=UserCaller("stranger"), request=LeaveChat(chat_id=chat_id)
        ),
    )
    for call in calls:
        assert await refusal(call(there)) == await refusal(call(elsewhere))


async def test_a_case_can_only_be_snoozed_into_the_future(case: World) -> None:
    past = (START - timedelta(hours=1)).isoformat()

    assert await refusal(update(case, state="snoozed", snoozedUntil=past)) == "pastTime"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"state": "snoozed"},
        {"state": "closed", "snoozedUntil": TOMORROW.isoformat()},
        {"state": "asleep"},
        {"state": "snoozed", "snoozedUntil": "tomorrow"},
        {"state": "snoozed", "snoozedUntil": "2026-01-06T09:00:00"},
        {"assigneeId": "a:b"},
        {"state": "snoozed", "snoozedUntil": "9999-12-31T23:59:59-12:00"},
    ],
    ids=str,
)
def test_an_invalid_request_is_refused_before_anything_is_read(
    asked: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        UpdateCase.model_validate({"chatId": CASE, **asked})


async def test_a_message_during_closing_reopens_the_case(case: World) -> None:
    """The loser of the race decides again on the winner's documents."""
    await case.post(CASE, "m1", "p0000")
    case.store.faults.append(failing(Conflict("a fan-out was first")))
    await update(case, state="closed")

    await case.app.fan_out_messages.fan_out(CASE, ["m1"])
    await case.app.fan_out_messages.fan_out(CASE, ["m1"])

    assert chat_of(case).state == "open"
    assert case.at(paths.user_chat(DASHBOARD, CASE))["messageCount"] == 1
    row = UserChat.parse(case.at(paths.user_chat(DASHBOARD, CASE)))
    assert row.last_message == chat_of(case).last_message is not None
    assert [entry.action for entry in audits(case)] == ["opened", "closed", "opened"]


async def test_a_new_title_reaches_chat_rows_and_people_in_one_commit(world: World) -> None:
    await world.people("bob")
    request = CreateGroup(title="Hikers", user_ids=["bob"])
    chat_id = (
        await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    ).chat_id
    asked = {"title": "Climbers", "topic": "Walls", "attributes": {"city": "Bern"}}

    assert await commits_of(world, describe(world, "ann", chat_id, **asked)) == 1
    assert await commits_of(world, describe(world, "ann", chat_id, **asked)) == 0
    undefined = {"title": None, "attributes": None}
    assert await commits_of(world, describe(world, "ann", chat_id, topic="Walls", **undefined)) == 0

    chat = chat_of(world, chat_id)
    assert (chat.title, chat.topic, chat.attributes) == ("Climbers", "Walls", {"city": "Bern"})
    assert world.at(paths.user_chat("bob", chat_id))["title"] == "Climbers"
    assert events(world, chat_id)[-1] == ("renamed", "Climbers")
    assert audits(world, chat_id)[-1].before == {"title": "Hikers"}
    assert await refusal(describe(world, "bob", chat_id, title="Mine")) == "notAllowed"
    assert await refusal(describe(world, "eve", chat_id, title="Mine")) == "notAMember"


async def test_a_new_topic_writes_no_system_message(world: World) -> None:
    await world.people("bob")
    request = CreateGroup(title="Hikers", user_ids=["bob"])
    chat_id = (
        await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    ).chat_id
    row = world.at(paths.user_chat("bob", chat_id))

    await describe(world, "ann", chat_id, topic="Alps")

    assert [event for event, _ in events(world, chat_id)] == ["created"]
    assert world.at(paths.user_chat("bob", chat_id)) == row
    assert (chat_of(world, chat_id).topic, audits(world, chat_id)[-1].action) == (
        "Alps",
        "described",
    )
    names = "attributes, historyFor, slowModeSeconds, title, topic"
    with pytest.raises(ValidationError, match=f"must name one of {names}"):
        UpdateChat.model_validate({"chatId": chat_id, "title": None})
