from __future__ import annotations

import asyncio

import pytest

from parley.domain.chats.post_paces import PostPaces
from parley.services.chats.post_limits import PostLimits
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World


@pytest.fixture
def chosen(world: World) -> PostLimits:
    return PostLimits(store=world.store, clock=world.clock)


async def test_limits_are_read_periodically_and_not_for_each_message(
    world: World, chosen: PostLimits
) -> None:
    await world.write(
        {
            paths.service("shop"): {"name": "Shop", "limits": {"postsPerMinute": 10}},
            paths.service("club"): {"name": "Club", "limits": {"slowModeSeconds": 5}},
            paths.service("usual"): {"name": "Usual"},
        }
    )
    before = world.store.counts.reads
    await chosen.refresh()
    assert world.store.counts.reads - before == 2, "those alone that have chosen"

    assert await chosen.of("shop") == PostPaces(per_minute=10)
    assert await chosen.of("club") == PostPaces(slow_mode_seconds=5)
    assert await chosen.of("usual") == await chosen.of("nowhere") == PostPaces()
    assert world.store.counts.reads - before == 2

    await world.write({paths.service("shop"): {"name": "Shop"}})
    await chosen.refresh()
    assert await chosen.of("shop") == PostPaces()


@pytest.mark.parametrize("wrong", ["fast", {"postsPerSecond": -1}, {"posts": 1}, 7])
async def test_limits_that_are_none_mute_nobody(
    world: World, chosen: PostLimits, wrong: object
) -> None:
    await world.write({paths.service("shop"): {"name": "Shop", "limits": wrong}})
    await chosen.refresh()

    assert await chosen.of("shop") == PostPaces()


async def test_the_first_message_of_a_process_waits_until_the_limits_are_known(
    world: World, chosen: PostLimits
) -> None:
    await world.write({paths.service("shop"): {"name": "Shop", "limits": {"postsPerSecond": 60}}})
    running = asyncio.create_task(chosen.run())
    await asyncio.sleep(0)

    assert await chosen.of("shop") == PostPaces(per_second=60)
    running.cancel()
