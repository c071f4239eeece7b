"""People who are tried again keep what others have done, and their own results count later."""

from __future__ import annotations

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.job import read_campaign
from parley.services.campaigns.plan_again import PlanAgain
from parley.store import Update
from schema import paths
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    batches_of,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.upkeep.results_seen import (
    answer,
    collect,
    collector,
    receipt,
    told,
)


def campaign_of(world: World) -> Campaign:
    return read_campaign("c1", world.at(paths.campaign("c1")))


async def test_a_retry_changes_no_result_and_is_followed_by_its_own(world: World) -> None:
    await world.service(people=4)
    broken = paths.service_user("acme", "p0003")
    await world.store.commit([Update(broken, {"displayName": 7})])
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    results = collector(world)
    await receipt(world, "p0000")
    await answer(world, "p0001")
    world.clock.advance(1)
    await answer(world, "p0001", "later")
    await collect(world, results)
    assert told(world) == {"sent": 1, "read": 1, "replied": 1, "failed": 1}

    await world.store.commit([Update(broken, {"displayName": "Dan"})])
    world.clock.advance(3_600)
    plan_again = PlanAgain(store=world.store, clock=world.clock)
    retried = await plan_again.failed("c1", list(batches_of(world)))
    assert retried.people == 1
    await receipt(world, "p0002", read=False)
    await collect(world, results)
    await world.app.run_campaigns.go_on(campaign_of(world))
    await world.work()

    assert told(world) == {"sent": 1, "delivered": 1, "read": 1, "replied": 1}
    assert status_of(world).state == "completed"
    await receipt(world, "p0002")
    await receipt(world, "p0003")
    await collect(world, results)

    assert told(world) == {"read": 3, "replied": 1}
    assert recipients_of(world)["p0003"]["attempt"] == 2
    assert_sums(world)
