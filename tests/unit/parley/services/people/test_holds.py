"""Whoever deletes hundreds of messages in a minute is held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parley.store import DELETE_FIELD, SERVER_TIME, Update
from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.world import fire_triggers

MOST = limits.DELETIONS_A_MINUTE


async def change(
    world: World, name: str, sender: str, fields: dict[str, Any], *, times_told: int = 1
) -> None:
    path = paths.message("hikers", name)
    await world.write({path: {"senderId": sender, "body": "x", "createdAt": SERVER_TIME}})
    before = dict(world.at(path))
    await world.store.commit([Update(path, fields)])
    for _ in range(times_told):
        await fire_triggers(world.app, path, before, world.at(path))


async def delete(
    world: World, count: int, *, sender: str = "mal", first: int = 0, times_told: int = 1
) -> None:
    for number in range(first, first + count):
        gone = {"body": DELETE_FIELD, "deletedAt": SERVER_TIME}
        await change(world, f"m{number}", sender, gone, times_told=times_told)


async def test_whoever_deletes_more_than_a_minute_has_room_for_is_held_for_a_minute(
    world: World,
) -> None:
    await delete(world, MOST)
    assert world.store.document(paths.deletion_hold("mal")) is None

    await delete(world, 20, first=MOST)

    held = world.at(paths.deletion_hold("mal"))["until"] - world.clock.now()
    assert timedelta(seconds=60) <= held <= timedelta(seconds=65)
    assert world.store.document(paths.hold("mal")) is None, "they block and write as before"


async def test_what_is_deleted_too_fast_keeps_its_version(world: World) -> None:
    await delete(world, MOST + 1)

    under = paths.message_versions("hikers", f"m{MOST}")
    assert any(path.startswith(under) for path in world.store.paths())


async def test_half_as_many_deletions_told_twice_hold_nobody(world: World) -> None:
    await delete(world, MOST // 2, times_told=2)

    assert world.store.document(paths.deletion_hold("mal")) is None


async def test_edits_and_messages_of_dashboards_are_no_deletions_of_a_person(world: World) -> None:
    for number in range(MOST + 1):
        await change(world, f"e{number}", "mal", {"body": "y", "editedAt": SERVER_TIME})
    await delete(world, MOST + 1, sender="service:acme")
    await delete(world, MOST + 1, sender="system")

    assert not [path for path in world.store.paths() if path.startswith(f"{paths.HOLDS}/")]
