from __future__ import annotations

import pytest

from parley.store import SERVER_TIME
from parley.store.counting import Counts
from schema import paths
from schema.users import ServiceUser
from tests.unit.parley.services.conftest import TwinWorld as World

ANN = {"displayName": "Ann", "phone": "+4915112345678", "createdAt": SERVER_TIME}


async def test_a_new_person_appears_in_the_default_service(world: World) -> None:
    await world.write({paths.user("ann"): ANN})
    world.clock.advance(1)

    await world.app.mirror_user.mirror("ann")

    known = ServiceUser.parse(world.at(paths.service_user("default", "ann")))
    assert (known.uid, known.phone) == ("ann", "+4915112345678")
    assert known.created_at == world.at(paths.user("ann"))["createdAt"]
    assert world.at(paths.user("ann"))["serviceIds"] == ["default"]


async def test_a_change_reaches_every_service_and_touches_nothing_else(world: World) -> None:
    await world.write({paths.user("ann"): ANN | {"serviceIds": ["default", "acme"]}})
    await world.app.mirror_user.mirror("ann")
    known = world.at(paths.service_user("acme", "ann"))
    await world.write({paths.service_user("acme", "ann"): known | {"tags": ["vip"]}})
    changed = {"displayName": "Anne", "createdAt": SERVER_TIME, "serviceIds": ["default", "acme"]}
    await world.write({paths.user("ann"): changed})

    await world.app.mirror_user.mirror("ann")

    for service_id in ("default", "acme"):
        held = world.at(paths.service_user(service_id, "ann"))
        assert held["displayName"] == "Anne"
        assert "phone" not in held
    assert world.at(paths.service_user("acme", "ann"))["tags"] == ["vip"]


async def test_a_repeat_writes_nothing(world: World) -> None:
    await world.write({paths.user("ann"): ANN})
    await world.app.mirror_user.mirror("ann")

    before = world.store.counts
    await world.app.mirror_user.mirror("ann")

    assert (world.store.counts - before).writes == 0


SERVICES = ["default", *(f"s{n}" for n in range(30))]


async def rename(world: World, name: str) -> Counts:
    """Change the name, and return what the trigger costs."""
    record = world.at(paths.user("ann"))
    await world.write({paths.user("ann"): record | {"displayName": name}})
    before = world.store.counts
    await world.app.mirror_user.mirror("ann")
    return world.store.counts - before


def name_in(world: World, service_id: str) -> str:
    return str(world.at(paths.service_user(service_id, "ann"))["displayName"])


@pytest.fixture
async def known(world: World) -> World:
    """Ann, whom 31 services know, and who was renamed just now."""
    await world.write({paths.user("ann"): ANN | {"serviceIds": SERVICES}})
    await world.app.mirror_user.mirror("ann")
    spent = await rename(world, "Anna")
    assert (spent.reads, spent.writes) == (32, 31)
    return world


async def test_a_hundred_changes_in_ten_seconds_are_carried_over_once(known: World) -> None:
    spent = [await rename(known, f"Ann {n}") for n in range(100)]

    assert [(each.reads, each.writes) for each in spent] == [(2, 1), *[(2, 0)] * 99]
    assert {name_in(known, service_id) for service_id in SERVICES} == {"Anna"}

    known.clock.advance(10)
    before = known.store.counts
    assert await known.app.upkeep().run_once() == 1
    assert (known.store.counts - before).writes == 31
    assert {name_in(known, service_id) for service_id in SERVICES} == {"Ann 99"}
    assert "mirrorDueAt" not in known.at(paths.service_user("default", "ann"))


async def test_the_last_change_arrives_though_the_process_died(known: World) -> None:
    await rename(known, "Annabel")
    known.clock.advance(9)
    assert await known.new_process().upkeep().run_once() == 0
    assert name_in(known, "s7") == "Anna"

    known.clock.advance(1)
    assert await known.new_process().upkeep().run_once() == 1
    assert name_in(known, "s7") == "Annabel"
    assert await known.new_process().upkeep().run_once() == 0


async def test_a_change_that_is_taken_back_in_time_costs_no_service_a_write(known: World) -> None:
    await rename(known, "Annabel")
    await rename(known, "Anna")
    known.clock.advance(10)

    before = known.store.counts
    await known.app.upkeep().run_once()
    assert (known.store.counts - before).writes == 1
    assert "mirrorDueAt" not in known.at(paths.service_user("default", "ann"))


async def test_a_change_after_ten_seconds_is_carried_over_at_once(known: World) -> None:
    known.clock.advance(10)
    assert (await rename(known, "Ann Lee")).writes == 31
    assert name_in(known, "s29") == "Ann Lee"
