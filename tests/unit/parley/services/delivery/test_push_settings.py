from __future__ import annotations

import asyncio

import pytest

from parley.services.delivery.push_settings import ServicePushSettings
from parley.services.people.names import Names
from schema import ids, paths
from schema.services import PushSettings
from tests.unit.parley.services.conftest import TwinWorld as World


@pytest.fixture
def settings(world: World) -> ServicePushSettings:
    return ServicePushSettings(store=world.store, clock=world.clock)


async def test_settings_are_read_periodically_and_not_for_each_push(
    world: World, settings: ServicePushSettings
) -> None:
    await world.write(
        {
            paths.service("shop"): {"name": "The Shop", "push": {"sound": None}},
            paths.service("usual"): {"name": "Usual"},
        }
    )
    await settings.refresh()
    before = world.store.counts.reads

    assert await settings.of("shop") == PushSettings(sound=None)
    assert await settings.of("usual") == PushSettings()
    assert await settings.of("nowhere") == PushSettings()
    assert world.store.counts.reads == before

    await world.write({paths.service("shop"): {"name": "The Shop"}})
    await settings.refresh()
    assert await settings.of("shop") == PushSettings()


@pytest.mark.parametrize("wrong", ["loud", {"sound": 5}, {"sound": "../x"}, {"volume": 1}, 7])
async def test_invalid_settings_silence_nobody(
    world: World, settings: ServicePushSettings, wrong: object
) -> None:
    await world.write({paths.service("shop"): {"name": "The Shop", "push": wrong}})
    await settings.refresh()

    assert await settings.of("shop") == PushSettings()


async def test_reading_a_services_name_also_loads_its_settings(world: World) -> None:
    names = Names(store=world.store, clock=world.clock)
    await world.write({paths.service("shop"): {"name": "The Shop", "push": {"sound": "ping"}}})
    await names.of([ids.service_member("shop")])

    assert await names.push_settings.of("shop") == PushSettings(sound="ping")

    await world.write({paths.service("shop"): {"name": "The Shop"}})
    world.clock.advance(61)
    await names.of([ids.service_member("shop")])
    assert await names.push_settings.of("shop") == PushSettings()


async def test_the_first_push_of_a_process_waits_until_the_settings_are_known(
    world: World, settings: ServicePushSettings
) -> None:
    await world.write({paths.service("shop"): {"name": "The Shop", "push": {"sound": None}}})
    running = asyncio.create_task(settings.run())
    await asyncio.sleep(0)

    assert await settings.of("shop") == PushSettings(sound=None)
    running.cancel()
