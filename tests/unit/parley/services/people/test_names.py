from __future__ import annotations

import pytest

from parley.services.people.names import Names
from schema import ids, paths
from schema.users import UNNAMED
from tests.unit.parley.services.conftest import TwinWorld as World

SHOP = ids.service_member("shop")


@pytest.fixture
def names(world: World) -> Names:
    return Names(store=world.store, clock=world.clock)


async def test_a_persons_name_comes_from_the_profile(world: World, names: Names) -> None:
    await world.write(
        {
            paths.profile("ann"): {"displayName": "Ann"},
            paths.user("ann"): {"displayName": "Ann Lee"},
            paths.service("shop"): {"name": "The Shop"},
        }
    )
    assert await names.of(["ann", SHOP]) == {"ann": "Ann", SHOP: "The Shop"}


async def test_without_a_profile_the_name_comes_from_the_private_record(
    world: World, names: Names
) -> None:
    await world.write({paths.user("ann"): {"displayName": "Ann Lee"}})
    assert await names.of(["ann"]) == {"ann": "Ann Lee"}


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0\u3000", "\u200b", "\u3164"])
async def test_a_blank_name_counts_as_no_name(world: World, names: Names, blank: str) -> None:
    await world.write(
        {
            paths.profile("ann"): {"displayName": blank},
            paths.user("ann"): {"displayName": "Ann Lee"},
            paths.profile("bob"): {"displayName": blank},
            paths.service("shop"): {"name": blank},
        }
    )
    assert await names.of(["ann", "bob", SHOP]) == {"ann": "Ann Lee", "bob": UNNAMED, SHOP: "shop"}


async def test_a_name_set_after_the_first_message_shows_ten_seconds_later(
    world: World, names: Names
) -> None:
    assert await names.of(["ann", SHOP]) == {"ann": UNNAMED, SHOP: "shop"}
    world.clock.advance(11)
    await world.write(
        {paths.profile("ann"): {"displayName": "Ann"}, paths.service("shop"): {"name": "The Shop"}}
    )
    assert await names.of(["ann", SHOP]) == {"ann": "Ann", SHOP: "The Shop"}


async def test_a_name_is_read_once_a_minute(world: World, names: Names) -> None:
    await world.write({paths.profile("ann"): {"displayName": "Ann"}})
    before = world.store.counts.reads
    for _ in range(3):
        await names.of(["ann"])
    assert world.store.counts.reads == before + 1
    await world.write({paths.profile("ann"): {"displayName": "Anna"}})
    world.clock.advance(61)
    assert await names.of(["ann"]) == {"ann": "Anna"}


async def test_a_person_who_is_called_like_a_service_is_shown_as_a_person(
    world: World, names: Names
) -> None:
    await world.write(
        {
            paths.service("shop"): {"name": "The Shop"},
            paths.profile("mal"): {"displayName": "the\u200b shop"},
            paths.profile("ann"): {"displayName": "Ann"},
        }
    )
    await names.services.refresh()

    shown = await names.of(["mal", "ann", SHOP])

    assert shown == {"mal": "\N{BUST IN SILHOUETTE} the\u200b shop", "ann": "Ann", SHOP: "The Shop"}


async def test_the_names_of_services_cost_no_read_for_a_message(world: World, names: Names) -> None:
    await world.write({paths.service(f"s{n}"): {"name": f"Shop {n}"} for n in range(20)})
    await world.write({paths.profile("mal"): {"displayName": "Shop 7"}})
    before = world.store.counts.reads
    await names.services.refresh()
    assert world.store.counts.reads == before + 20
    for _ in range(10):
        assert (await names.of(["mal"]))["mal"] != "Shop 7"
    assert world.store.counts.reads == before + 21


async def test_a_name_from_before_is_shown_in_one_line(world: World, names: Names) -> None:
    await world.write({paths.profile("ann"): {"displayName": "Ann\n\u202eLee"}})
    assert await names.of(["ann"]) == {"ann": "Ann Lee"}
