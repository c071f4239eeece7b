"""People are mirrored into their service though their trigger was lost."""

from __future__ import annotations

from parley.domain.upkeep.age_windows import REACH_SECONDS, WEEK_SECONDS
from parley.errors import Conflict
from parley.store import SERVER_TIME
from parley.testing.faults import StoreCall
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World

ANN = {"displayName": "Ann", "createdAt": SERVER_TIME}


async def test_a_lost_sign_up_is_mirrored_within_a_minute(
    world: World,
) -> None:
    upkeep = world.app.upkeep()
    await world.write({paths.user("ann"): ANN})
    assert await upkeep.run_once() == 0

    for _ in range(11):
        world.clock.advance(5)
        await upkeep.run_once()

    assert world.at(paths.service_user("default", "ann"))["displayName"] == "Ann"


async def test_a_mirrored_person_is_not_written_again(world: World) -> None:
    await world.write({paths.user("ann"): ANN})
    await world.app.mirror_user.mirror("ann")
    world.clock.advance(20)
    before = world.store.counts

    assert await world.app.upkeep().run_once() == 0
    assert (world.store.counts - before).writes == 0


async def test_a_person_who_cannot_be_mirrored_holds_up_no_other(world: World) -> None:
    await world.write({paths.user("ann"): {"displayName": 7, "createdAt": SERVER_TIME}})
    await world.write({paths.user("bob"): ANN, paths.user("cat"): ANN})

    def bob_is_contended(call: StoreCall) -> None:
        written = [write.path for write in call.writes or ()]
        if call.operation == "commit" and paths.service_user("default", "bob") in written:
            raise Conflict("by the test")

    world.store.faults.append(bob_is_contended)
    world.clock.advance(20)

    assert await world.app.upkeep().run_once() == 1
    assert world.at(paths.service_user("default", "cat"))["uid"] == "cat"

    world.store.faults.clear()
    world.clock.advance(150)
    assert await world.app.upkeep().run_once() == 1
    assert world.at(paths.service_user("default", "bob"))["uid"] == "bob"


async def test_a_process_that_starts_does_not_read_the_sign_ups_of_days(world: World) -> None:
    await world.write({paths.user("ann"): ANN})
    world.clock.advance(REACH_SECONDS + 1)

    assert await world.app.upkeep().run_once() == 0
    assert await world.app.upkeep(reach_seconds=WEEK_SECONDS).run_once() == 1
