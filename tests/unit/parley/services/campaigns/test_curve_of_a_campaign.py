"""A campaign's status says how it went, so that a plot needs no reads and nobody who watched."""

from __future__ import annotations

import pytest

from parley.store import SERVER_TIME, Update
from schema import paths
from tests.unit.parley.services.campaigns_driven import command, pass_time
from tests.unit.parley.services.campaigns_seen import status_of
from tests.unit.parley.services.conftest import TwinWorld as World


async def send_for(world: World, seconds: int) -> None:
    """Begin a campaign to 300 people, ten a second, and let it run for some time."""
    await world.service(people=300)
    await world.campaign(throttle={"perMinute": 600})
    await world.app.run_campaigns.run("c1")
    await pass_time(world, seconds)


async def test_an_ended_campaign_tells_how_many_were_reached_by_when(world: World) -> None:
    await send_for(world, 60)
    status = status_of(world)

    assert status.state == "completed"
    assert status.curve is not None
    after, reached = status.curve.after, status.curve.reached
    assert len(after) == len(reached) == len(status.curve.unreached) > 3
    assert reached[-1] == 300
    # A throttle of ten a second shows as a line that rises by ten a second.
    for at, done in zip(after, reached, strict=True):
        assert done <= 10 * (at / 1000 + 2)
    assert after[-1] >= 25_000


async def test_a_paused_campaign_has_a_flat_piece(world: World) -> None:
    await send_for(world, 5)
    await command(world, "pause")
    await pass_time(world, 100)
    await command(world, "resume")
    await pass_time(world, 60)
    curve = status_of(world).curve

    assert curve is not None
    steps = list(zip(curve.after, curve.after[1:], curve.reached, curve.reached[1:], strict=False))
    assert any(late - early > 90_000 and done - before <= 20 for early, late, before, done in steps)


async def test_those_whom_a_cancel_leaves_out_end_the_curve(world: World) -> None:
    await send_for(world, 5)
    await command(world, "cancel")
    await pass_time(world, 5)
    curve = status_of(world).curve

    assert curve is not None
    assert curve.reached[-1] + curve.unreached[-1] == 300
    assert curve.unreached[-1] > 0


@pytest.mark.parametrize(
    "broken", [7, {"after": [1]}, {"after": [1], "reached": [], "unreached": ["x"]}]
)
async def test_a_curve_that_cannot_be_read_begins_anew(world: World, broken: object) -> None:
    await world.service(people=10)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    path = paths.campaign_status("c1")
    await world.store.commit([Update(path, {"curve": broken, "updatedAt": SERVER_TIME})])
    await world.work()
    curve = status_of(world).curve

    assert curve is not None
    assert (curve.reached, curve.unreached) == ([10], [0])
