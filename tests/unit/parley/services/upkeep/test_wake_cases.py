from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import UpdateCase
from parley.errors import Conflict, StoreRejected
from parley.services.chats.change_chats import ChangeChats
from parley.services.upkeep.wake_cases import WakeCases
from parley.store import SERVER_TIME
from parley.testing.clock import START, SequentialIds
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import ids, paths
from schema.audit import AuditEntry
from schema.chats import Chat
from tests.unit.parley.services.conftest import TwinWorld as World

DASHBOARD = "service:acme"
NINE = START + timedelta(days=1)
CASE = "p0000:service:acme"


async def snoozing(world: World, chat_id: str = CASE, until: datetime = NINE) -> None:
    request = UpdateCase(chat_id=chat_id, state="snoozed", snoozed_until=until)
    await world.app.update_chats.update_case(caller=UserCaller("agent"), request=request)


@pytest.fixture
async def asleep(world: World) -> World:
    """A case that its person opened, and that its agent snoozed until nine tomorrow."""
    await world.service(people=1)
    await world.write({paths.staff("acme", "agent"): {"role": "agent", "displayName": "Al"}})
    await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    world.clock.advance(60)
    await snoozing(world)
    return world


def go_on_to(world: World, time: datetime) -> None:
    world.clock.advance((time - world.clock.now()).total_seconds())


async def sweep(world: World) -> int:
    return await world.app.upkeep().run_once()


def process(world: World, number: int = 0) -> WakeCases:
    """The sweeper of another worker process: nothing in common but the store."""
    chats = ChangeChats(store=world.store, new_ids=SequentialIds(f"process{number}"))
    return WakeCases(chats=chats, clock=world.clock)


def case_of(world: World, chat_id: str = CASE) -> Chat:
    return Chat.parse(world.at(paths.chat(chat_id)))


def audits(world: World, chat_id: str = CASE) -> list[AuditEntry]:
    prefix = paths.chat_audit(chat_id, "")
    found = [
        AuditEntry.parse(world.at(path)) for path in world.store.paths() if path.startswith(prefix)
    ]
    return sorted(found, key=lambda entry: entry.at)


def times_opened(world: World, chat_id: str = CASE) -> tuple[int, int]:
    """Count the openings, by the audit and by the messages that the person sees."""
    told = [
        path
        for path in world.store.paths()
        if path.startswith(paths.messages(chat_id) + "/")
        and world.at(path).get("event") == "opened"
    ]
    return sum(entry.action == "opened" for entry in audits(world, chat_id)), len(told)


async def test_a_case_sleeps_until_its_time_and_is_opened_then(asleep: World) -> None:
    go_on_to(asleep, NINE - timedelta(seconds=1))
    assert await sweep(asleep) == 0
    assert case_of(asleep).state == "snoozed"

    asleep.clock.advance(1)
    assert await sweep(asleep) == 1

    chat = case_of(asleep)
    assert (chat.state, chat.snoozed_until) == ("open", None)
    assert (chat.member_ids, chat.member_count) == (["p0000", DASHBOARD], 2)
    assert asleep.at(paths.chat_member(CASE, DASHBOARD))["role"] == "member"
    row = asleep.at(paths.user_chat(DASHBOARD, CASE))
    assert (row["otherUid"], row["messageCount"]) == ("p0000", 0)
    assert chat.last_message is not None
    assert row["lastMessage"]["id"] == chat.last_message.id
    opened = asleep.at(paths.message(CASE, chat.last_message.id))
    assert (opened["event"], opened["by"]) == ("opened", DASHBOARD)
    entry = audits(asleep)[-1]
    assert (entry.action, entry.by) == ("opened", ids.SYSTEM_SENDER)
    assert entry.before == {"state": "snoozed", "snoozedUntil": NINE}


async def test_a_case_is_opened_once_by_passes_that_repeat_and_run_side_by_side(
    asleep: World,
) -> None:
    go_on_to(asleep, NINE)

    opened = await asyncio.gather(*(process(asleep, number).wake_due() for number in range(5)))
    again = await sweep(asleep)

    assert (sum(opened), again) == (1, 0)
    assert times_opened(asleep) == (2, 2), "at first by its person, then by its time"


@pytest.mark.parametrize("fault", ["lost answer", "conflict"])
async def test_a_commit_that_went_wrong_opens_no_case_twice(asleep: World, fault: str) -> None:
    go_on_to(asleep, NINE)
    asleep.store.faults.append(
        lost_answer() if fault == "lost answer" else failing(Conflict("told to"))
    )

    await sweep(asleep)
    await sweep(asleep)

    assert case_of(asleep).state == "open"
    assert times_opened(asleep) == (2, 2)


def in_between(world: World, act: Any) -> None:
    """Act after the pass has read the case and before its commit arrives."""
    is_done = False

    async def fault(call: StoreCall) -> None:
        nonlocal is_done
        wakes = call.operation == "commit" and call.touches(paths.chat(CASE))
        if wakes and call.moment == "before" and not is_done:
            is_done = True
            await act()

    world.store.faults.append(fault)


async def test_a_message_that_comes_first_wakes_the_case_and_the_sweeper_finds_it_awake(
    asleep: World,
) -> None:
    go_on_to(asleep, NINE)
    await asleep.post(CASE, "m1", "p0000")
    in_between(asleep, lambda: asleep.app.fan_out_messages.fan_out(CASE, ["m1"]))

    assert await process(asleep).wake_due() == 0

    assert case_of(asleep).state == "open"
    assert asleep.at(paths.user_chat(DASHBOARD, CASE))["messageCount"] == 1
    assert [entry.action for entry in audits(asleep)] == ["opened", "snoozed", "opened"]


async def test_a_message_that_comes_second_is_counted_in_the_row_that_waking_made(
    asleep: World,
) -> None:
    go_on_to(asleep, NINE)
    await asleep.post(CASE, "m1", "p0000")
    in_between(asleep, process(asleep, 1).wake_due)

    await asleep.app.fan_out_messages.fan_out(CASE, ["m1"])

    assert asleep.at(paths.user_chat(DASHBOARD, CASE))["messageCount"] == 1
    assert times_opened(asleep) == (2, 2)


async def test_staff_who_close_it_or_let_it_sleep_longer_meanwhile_are_obeyed(
    asleep: World,
) -> None:
    go_on_to(asleep, NINE)
    later = NINE + timedelta(days=1)
    in_between(asleep, lambda: snoozing(asleep, until=later))
    assert await process(asleep).wake_due() == 0
    assert (case_of(asleep).state, case_of(asleep).snoozed_until) == ("snoozed", later)

    go_on_to(asleep, later)
    closing = UpdateCase(chat_id=CASE, state="closed")
    in_between(
        asleep,
        lambda: asleep.app.update_chats.update_case(caller=UserCaller("agent"), request=closing),
    )
    assert await process(asleep).wake_due() == 0
    assert case_of(asleep).state == "closed"
    assert asleep.store.document(paths.user_chat(DASHBOARD, CASE)) is None
    assert await process(asleep).wake_due() == 0


async def test_a_monday_morning_is_opened_page_by_page_and_a_broken_case_holds_up_none(
    asleep: World,
) -> None:
    chat = asleep.at(paths.chat(CASE))
    names = [ids.case_chat_id(f"q{number:03d}", "acme") for number in range(120)]
    await asleep.write({paths.chat(name): {**chat, "memberIds": [name[:4]]} for name in names})
    broken = ids.case_chat_id("broken", "acme")
    await asleep.write({paths.chat(broken): {"snoozedUntil": START, "kind": 7}})
    go_on_to(asleep, NINE)

    before = asleep.store.counts
    assert await process(asleep).wake_due() == 121
    spent = asleep.store.counts - before

    assert {case_of(asleep, name).state for name in (CASE, *names)} == {"open"}
    assert spent.reads == 2 * 122, "each is found, and read to decide"


async def test_a_case_whose_opening_the_store_refuses_holds_up_none(asleep: World) -> None:
    chat = asleep.at(paths.chat(CASE))
    other = ids.case_chat_id("other", "acme")
    await asleep.write({paths.chat(other): {**chat, "memberIds": ["other"]}})
    go_on_to(asleep, NINE)
    too_big = failing(StoreRejected("too big"), where=lambda call: call.touches(paths.chat(CASE)))
    asleep.store.faults.append(too_big)

    assert await process(asleep).wake_due() == 1

    assert (case_of(asleep, other).state, case_of(asleep).state) == ("open", "snoozed")
    assert await process(asleep).wake_due() == 1, "the next pass tries it again"


async def test_a_case_that_cannot_be_opened_is_tried_less_and_less_often(asleep: World) -> None:
    go_on_to(asleep, NINE)
    tried = 0

    def refuse(call: StoreCall) -> None:
        nonlocal tried
        if call.operation == "commit" and call.touches(paths.chat(CASE)):
            tried += 1
            raise StoreRejected("too big")

    asleep.store.faults.append(refuse)
    wake = process(asleep)
    for _ in range(720):
        await wake.wake_due()
        asleep.clock.advance(5)
    assert 5 <= tried <= 12, "within an hour"

    asleep.store.faults.clear()
    asleep.clock.advance(3_600)
    assert await wake.wake_due() == 1


async def test_cases_that_cannot_be_opened_are_not_read_at_every_pass(asleep: World) -> None:
    names = [ids.case_chat_id(f"q{number:03d}", "acme") for number in range(40)]
    await asleep.write({paths.chat(name): {"snoozedUntil": START, "kind": 7} for name in names})
    wake = process(asleep)
    await wake.wake_due()
    asleep.clock.advance(70)
    await wake.wake_due()
    asleep.clock.advance(2)

    before = asleep.store.counts
    await wake.wake_due()
    assert (asleep.store.counts - before).reads == 1


async def test_a_case_that_falls_due_between_two_passes_is_met_by_the_second(
    asleep: World,
) -> None:
    wake = process(asleep)
    go_on_to(asleep, NINE - timedelta(seconds=2))
    assert await wake.wake_due() == 0
    asleep.clock.advance(5)
    assert await wake.wake_due() == 1


async def test_a_pass_that_finds_nothing_due_costs_one_read(asleep: World) -> None:
    await asleep.write({paths.chat(f"g{n}"): {"createdAt": SERVER_TIME} for n in range(30)})

    before = asleep.store.counts
    await process(asleep).wake_due()

    assert (asleep.store.counts - before).reads == 1
    assert (asleep.store.counts - before).writes == 0
