from __future__ import annotations

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import ReportMessage
from parley.services.chats.report_messages import FiledReport
from parley.store import Set
from parley.triggers import FollowChange, reactions_to
from schema import paths
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
