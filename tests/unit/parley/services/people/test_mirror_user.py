from __future__ import annotations

from parley.store import SERVER_TIME
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
