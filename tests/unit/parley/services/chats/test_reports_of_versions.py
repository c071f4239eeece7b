from __future__ import annotations

import pytest

from parley.domain.access import UserCaller
from parley.domain.chats.message_versions import NEWEST_READ, OLDEST_READ
from parley.domain.requests import ReportMessage
from parley.services.chats.report_messages import FiledReport
from parley.store import Set
from parley.triggers import FollowChange, reactions_to
from schema import limits, paths
from schema.base import json_bytes
from schema.reasons import ReportReason
from schema.reports import Report
from tests.unit.parley.services.conftest import TwinWorld as World


@pytest.fixture
async def town(world: World) -> World:
    """Bob has insulted Ann."""
    await world.direct_chat()
    await world.post("ann:bob", "m1", "bob", "an insult")
    return world


async def report(world: World) -> FiledReport:
    asked = ReportMessage(chat_id="ann:bob", message_id="m1", reason=ReportReason.HARASSMENT)
    return await world.app.reports.report(caller=UserCaller("ann"), request=asked)


def report_of(world: World, filed: FiledReport) -> Report:
    return Report.parse(world.at(paths.report(filed.report_id)))


async def edit(world: World, body: str | None, at: str = "editedAt") -> None:
    """Change the message as its author does, and carry out what its trigger decides."""
    path = paths.message("ann:bob", "m1")
    before = world.at(path)
    world.clock.advance(5)
    now = world.clock.now()
    after = (
        {**before, at: now, "body": body}
        if body
        else {"senderId": "bob", "createdAt": before["createdAt"], at: now}
    )
    await world.app.store.commit([Set(path, after)])
    for reaction in reactions_to(path, before, after):
        await world.app.carry_out(reaction)


async def test_an_edit_makes_a_new_report_with_all_that_was_said(town: World) -> None:
    first = await report(town)
    await edit(town, "a threat")
    await edit(town, "have a nice day")

    second = await report(town)
    again = await report(town)

    assert (second.created, again.created) == (True, False)
    assert second.report_id != first.report_id
    held = report_of(town, second)
    assert (held.message.body, held.state) == ("have a nice day", "open")
    assert [version.body for version in held.before or ()] == ["an insult", "a threat"]
    assert report_of(town, first).before is None


async def test_a_deleted_text_is_before_staff(town: World) -> None:
    await edit(town, None, at="deletedAt")

    held = report_of(town, await report(town))

    assert held.message.body is None
    assert [version.body for version in held.before or ()] == ["an insult"]


async def test_a_version_whose_event_was_lost_is_read_from_the_past(town: World) -> None:
    path = paths.message("ann:bob", "m1")
    town.clock.advance(5)
    edited = {**town.at(path), "body": "hello", "editedAt": town.clock.now()}
    await town.app.store.commit([Set(path, edited)])

    held = report_of(town, await report(town))
    town.clock.advance(2 * 3600)
    late = report_of(town, await report(town))

    assert [version.body for version in held.before or ()] == ["an insult"]
    assert late == held


async def test_a_reaction_of_others_keeps_no_version(town: World) -> None:
    path = paths.message("ann:bob", "m1")
    before = town.at(path)

    assert all(
        not isinstance(reaction, FollowChange) or reaction.version is None
        for reaction in reactions_to(path, before, {**before, "campaignId": "c1"})
    )


async def test_quick_edits_do_not_wash_out_what_stood_before(town: World) -> None:
    await edit(town, "a threat")
    town.clock.advance(30)
    for number in range(25):
        await edit(town, f"{number:02d} " + "\u65e5" * 9_900)

    held = report_of(town, await report(town))

    said = [(version.body or "")[:8] for version in held.before or ()]
    assert said[:2] == ["an insul", "a threat"]
    assert said[-1].startswith("23"), "the newest is there"
    assert len(said) + (held.omitted or 0) == 26
    stored = town.at(paths.report((await report(town)).report_id))
    assert limits.REPORT_VERSIONS_BYTES * 0.9 < json_bytes(stored) < 1024 * 1024


async def test_a_hundred_short_versions_are_all_there(town: World) -> None:
    for number in range(100):
        await edit(town, f"word {number}")

    held = report_of(town, await report(town))

    assert len(held.before or ()) == 100
    assert held.omitted is None


async def test_of_very_many_versions_the_first_and_the_last_are_looked_at(town: World) -> None:
    await edit(town, "a threat")
    for number in range(NEWEST_READ + OLDEST_READ + 20):
        await edit(town, f"word {number}")

    before = town.store.counts
    held = report_of(town, await report(town))

    said = [version.body for version in held.before or ()]
    assert said[:2] == ["an insult", "a threat"]
    assert said[-1] == f"word {NEWEST_READ + OLDEST_READ + 18}"
    assert held.omitted == 21
    assert (town.store.counts - before).reads <= NEWEST_READ + OLDEST_READ + 10
