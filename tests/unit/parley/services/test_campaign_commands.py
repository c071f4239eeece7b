from __future__ import annotations

from typing import Any

import pytest

from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World


def status_of(world: World) -> dict[str, Any]:
    return world.at(paths.campaign_status("c1"))


@pytest.mark.parametrize("command", ["pause", "resume", "cancel"])
async def test_an_unsupported_command_gets_a_notice_and_the_campaign_continues(
    world: World, command: str
) -> None:
    await world.service(people=3)
    await world.campaign(command=command)

    await world.app.run_campaigns.run("c1")
    assert command in str(status_of(world)["notice"])
    await world.work()
    await world.app.run_campaigns.run("c1")

    assert status_of(world)["state"] == "completed"
    assert status_of(world)["notice"] == f"{command} was ignored: the campaign is completed"
    assert status_of(world)["counts"]["sent"] == 3


async def test_a_repeated_start_changes_nothing_and_says_nothing(world: World) -> None:
    await world.service(people=3)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    before = status_of(world)

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world) == before
    assert "notice" not in before
