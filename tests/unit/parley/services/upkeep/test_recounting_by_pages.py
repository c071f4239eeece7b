"""Owners of ``default`` recount the whole project by pages, and others see what was found."""

from __future__ import annotations

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.operations_requests import ReconcileDrift
from parley.domain.upkeep.recounts import read_recount_cursor
from schema import ids, paths
from tests.unit.parley.services.audits_seen import audits
from tests.unit.parley.services.conftest import TwinWorld as World

OLA = UserCaller("ola")


@pytest.fixture
async def project(world: World) -> World:
    """A service with two people, and an owner of the project."""
    await world.service(people=2)
    owner = {"role": "owner", "displayName": "Ola"}
    await world.write({paths.staff("default", "ola"): owner})
    return world


async def test_drift_is_told_by_pages_and_corrected_when_asked(project: World) -> None:
    for uid in ("p0000", "p0001"):
        await project.app.open_chats.open_case(caller=UserCaller(uid), service_id="acme")
    chat_id = ids.case_chat_id("p0000", "acme")
    wrong = {**project.at(paths.chat(chat_id)), "messageCount": 9}
    await project.write({paths.chat(chat_id): wrong})

    told = await project.app.operations.reconcile(caller=OLA, request=ReconcileDrift())
    assert (told["checked"], told["drifted"], told["repaired"]) == (2, 1, 0)
    assert told["drifts"][0]["kind"] == "messageCount"
    assert read_recount_cursor(told["nextCursor"])[0] == "campaignStatus/"
    last = await project.app.operations.reconcile(
        caller=OLA, request=ReconcileDrift(cursor=told["nextCursor"])
    )
    assert "nextCursor" not in last

    mended = await project.app.operations.reconcile(caller=OLA, request=ReconcileDrift(repair=True))
    assert mended["repaired"] == 1
    again = await project.app.operations.reconcile(caller=OLA, request=ReconcileDrift())
    assert again["drifted"] == 0
    assert [entry.action for entry in audits(project)] == ["reconciled"]


async def walk(world: World, *, repair: bool = False) -> int:
    """Recount the whole project page by page; return the number of pages."""
    pages, cursor = 0, None
    while pages == 0 or cursor is not None:
        request = ReconcileDrift(repair=repair, cursor=cursor)
        answer = await world.app.operations.reconcile(caller=OLA, request=request)
        cursor = answer.get("nextCursor")
        pages += 1
    return pages


async def test_what_a_whole_recount_found_is_in_the_report_on_health(project: World) -> None:
    assert "recount" not in await project.app.operations.health(caller=OLA)
    for number in range(30):
        await project.direct_chat("ann", f"p{number}")
    wrong = {**project.at(paths.chat(ids.direct_chat_id("ann", "p7"))), "messageCount": 9}
    await project.write({paths.chat(ids.direct_chat_id("ann", "p7")): wrong})
    first = await project.app.operations.reconcile(caller=OLA, request=ReconcileDrift())
    assert first["nextCursor"]
    assert "recount" not in await project.app.operations.health(caller=OLA)

    assert await walk(project) == 3

    told = (await project.app.operations.health(caller=OLA))["recount"]
    assert told == {
        "at": project.clock.now().isoformat(),
        "by": "ola",
        "checked": 30,
        "drift": {"messageCount": 1},
        "drifted": 1,
        "repaired": 0,
        "unreadable": 0,
    }
    await walk(project, repair=True)
    told = (await project.app.operations.health(caller=OLA))["recount"]
    assert (told["drifted"], told["repaired"]) == (1, 1)
    await walk(project)
    assert (await project.app.operations.health(caller=OLA))["recount"]["drift"] == {}


async def test_a_repeated_page_is_counted_once(project: World) -> None:
    for number in range(30):
        await project.direct_chat("ann", f"p{number}")
    request = ReconcileDrift()
    for _ in range(3):
        page = await project.app.operations.reconcile(caller=OLA, request=request)
    while "nextCursor" in page:
        request = ReconcileDrift(cursor=page["nextCursor"])
        for _ in range(2):
            page = await project.app.operations.reconcile(caller=OLA, request=request)
    assert (await project.app.operations.health(caller=OLA))["recount"]["checked"] == 30


async def test_a_recount_goes_on_from_no_cursor_but_its_own(project: World) -> None:
    with pytest.raises(Refused, match="this is no cursor of a recount; begin without one"):
        await project.app.operations.reconcile(
            caller=OLA, request=ReconcileDrift(cursor="chats/ann:bob")
        )
