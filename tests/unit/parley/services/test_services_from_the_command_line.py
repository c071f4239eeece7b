"""``parley service`` creates services and their staff; ``parley seed`` leaves settings alone."""

from __future__ import annotations

import pytest

from parley.cli.output import Failed
from parley.cli.seed import seed
from parley.cli.service_group import Role, create_service, require_service, set_staff
from schema import paths
from schema.services import Service, Staff
from tests.unit.parley.services.conftest import TwinWorld as World

SETTINGS = {"name": "Acme", "kind": "dashboard", "push": {"sound": "bell.caf"}}


async def test_a_new_service_is_a_dashboard_and_default_is_what_it_always_is(world: World) -> None:
    assert await create_service(world.app, "acme", "Acme")
    assert await create_service(world.app, "default", "My app")

    acme, default = (world.store.document(paths.service(name)) for name in ("acme", "default"))
    assert acme is not None
    assert default is not None
    assert Service.model_validate(acme).kind == "dashboard"
    assert Service.model_validate(default).kind == "default"


async def test_a_service_that_exists_keeps_its_settings(world: World) -> None:
    await world.write({paths.service("acme"): SETTINGS})

    assert not await create_service(world.app, "acme", "Other")
    await seed(world.app, service_id="acme", users=1, prefix="seed")

    there = world.store.document(paths.service("acme"))
    assert there is not None
    assert there == SETTINGS


async def test_a_person_of_the_staff_has_the_role_that_was_given_last(world: World) -> None:
    for role in (Role.VIEWER, Role.AGENT):
        await set_staff(world.app, "acme", "bob", role, "Bob")

    there = world.store.document(paths.staff("acme", "bob"))
    assert there is not None
    assert Staff.model_validate(there) == Staff(role="agent", display_name="Bob")


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines", "\N{BUST IN SILHOUETTE} Acme"])
async def test_a_service_has_a_name_that_its_owner_could_give_it(world: World, name: str) -> None:
    with pytest.raises(Failed, match="name"):
        await create_service(world.app, "acme", name)

    assert world.store.document(paths.service("acme")) is None


async def test_staff_of_a_service_that_does_not_exist_are_refused(world: World) -> None:
    with pytest.raises(Failed, match="parley service create acme"):
        await require_service(world.app, "acme")
