"""A dashboard with 10,000 open cases: its list as its staff read it under the rules, by pages."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from google.cloud import firestore

from parley.domain.access import UserCaller
from parley.domain.requests import UpdateCase
from parley.store import SERVER_TIME, OrderBy, Query, Set, Write
from schema import ids, paths
from tests import patient_http
from tests.integration.costs.conftest import CountedWorld
from tests.rules.acting import RULES, Database

CASES = 10_000
PAGE = 1_000
DASHBOARD = ids.service_member("acme")
ROWS = paths.user_chats(DASHBOARD)


def case(number: int) -> str:
    return ids.case_chat_id(f"p{number:05d}", "acme")


@pytest.fixture
async def desk(world: CountedWorld) -> CountedWorld:
    """Cases that were opened one after the other, three in each moment; the last one is on top."""
    now = world.app.clock.now()
    writes: list[Write] = []
    for number in range(CASES):
        person = f"p{number:05d}"
        moved_at = now - timedelta(seconds=CASES - number // 3)
        row = {
            "serviceId": "acme",
            "kind": "case",
            "otherUid": person,
            "messageCount": 1,
            "readCount": 0,
            "updatedAt": moved_at,
        }
        chat = {
            "serviceId": "acme",
            "kind": "case",
            "createdBy": person,
            "createdAt": moved_at,
            "state": "open",
            "memberIds": [person, DASHBOARD],
            "memberCount": 2,
            "messageCount": 1,
        }
        writes += [Set(paths.user_chat(DASHBOARD, case(number)), row)]
        if number % 100 == 0:
            writes += [
                Set(paths.chat(case(number)), chat),
                Set(
                    paths.chat_member(case(number), DASHBOARD),
                    {"role": "member", "joinedAt": SERVER_TIME},
                ),
            ]
    await asyncio.gather(
        *(world.store.commit(writes[start : start + 500]) for start in range(0, len(writes), 500))
    )
    await world.write(
        {
            paths.service("acme"): {"name": "Acme", "kind": "dashboard"},
            paths.staff("acme", "viewer"): {"role": "viewer", "displayName": "Vi"},
            paths.staff("acme", "agent"): {"role": "agent", "displayName": "Al"},
        }
    )
    return world


@pytest.fixture
def database(firestore_emulator: str, project_id: str) -> Database:
    """The same database under the rules."""
    rules = {"name": "security.rules", "content": RULES.read_text()}
    patient_http.put(
        f"http://{firestore_emulator}/emulator/v1/projects/{project_id}:securityRules",
        json={"rules": {"files": [rules]}},
        timeout=60,
    ).raise_for_status()
    return Database(firestore_emulator, project_id)


def listed(client: firestore.Client, size: int) -> firestore.Query:
    """The list as the client library asks for it: a growing number of the newest."""
    rows = client.collection(ROWS)
    return rows.order_by("updatedAt", direction=firestore.Query.DESCENDING).limit(size)


async def writes_to(desk: CountedWorld, number: int, message_id: str) -> None:
    """The person of a case says something, and it is fanned out."""
    await desk.post(case(number), message_id, f"p{number:05d}")
    await desk.app.fan_out_messages.fan_out(case(number), [message_id])


async def close(desk: CountedWorld, number: int) -> None:
    asked = UpdateCase(chat_id=case(number), state="closed")
    await desk.app.update_chats.update_case(caller=UserCaller("agent"), request=asked)


async def test_each_case_is_on_one_page_while_others_move_and_leave(
    desk: CountedWorld, database: Database
) -> None:
    rows = database.user("viewer").collection(ROWS)
    newest_first = rows.order_by("updatedAt", direction=firestore.Query.DESCENDING)
    at_first = await asyncio.to_thread(newest_first.limit(1).get)
    pages: list[list[str]] = []
    cursor: Any = None
    while True:
        query = newest_first.limit(PAGE)
        page = await asyncio.to_thread((query.start_after(cursor) if cursor else query).get)
        pages.append([row.id for row in page])
        if len(page) < PAGE:
            break
        cursor = page[-1]
        if len(pages) == 1:
            # One who was read and one who is yet to come say something; so for closing.
            await writes_to(desk, 9_900, "m1")
            await writes_to(desk, 5_000, "m1")
            await close(desk, 9_800)
            await close(desk, 4_000)
        if len(pages) == 6:
            await writes_to(desk, 5_000, "m2")
            await writes_to(desk, 100, "m1")
            await close(desk, 200)

    read = [name for page in pages for name in page]
    went_before = {case(number) for number in (5_000, 4_000, 100, 200)}
    assert len(read) == len(set(read)), "no case is on two pages"
    assert set(read) == {case(number) for number in range(CASES)} - went_before
    # Cases that moved up are above the former newest; a listener to the first page has them.
    moved = await asyncio.to_thread(newest_first.end_before(at_first[0]).get)
    assert [row.id for row in moved] == [case(100), case(5_000), case(9_900)]
    stand = [snapshot.id async for some in desk.store.stream(Query(ROWS)) for snapshot in some]
    assert set(stand) == {case(n) for n in range(CASES)} - {case(n) for n in (9_800, 4_000, 200)}


async def test_the_list_grows_by_pages_and_reads_only_what_it_shows(
    desk: CountedWorld, database: Database
) -> None:
    staff = database.user("agent")
    await writes_to(desk, 100, "m1")
    await close(desk, 9_900)

    rows = await asyncio.to_thread(listed(staff, 60).get)

    names = [row.id for row in rows]
    assert names[0] == case(100), "what was said last is on top"
    newest_first = [case(number) for number in reversed(range(CASES)) if number != 9_900]
    assert sorted(names[1:58]) == sorted(newest_first[:57])
    assert [row.get("updatedAt") for row in rows] == sorted(
        (row.get("updatedAt") for row in rows), reverse=True
    )
    before = desk.store.counts
    query = Query(ROWS, order_by=(OrderBy("updatedAt", descending=True),), limit=60)
    count = sum([len(page) async for page in desk.store.stream(query)])
    assert count == (desk.store.counts - before).reads == 60
