"""Staff see on what devices a person gets pushes, and nothing by which they could push to one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from parley.domain.access import SYSTEM, ApiKeyCaller, Caller, RefusalKind, Refused, UserCaller
from parley.domain.people_requests import DevicesOf
from schema import limits, paths
from schema.reasons import CallableReason
from tests.unit.parley.services.conftest import TwinWorld as World

STAFF = UserCaller("staff1")


@pytest.fixture
async def shop(world: World) -> World:
    """The service ``acme`` with one person, and another service with one of its own."""
    await world.service(people=1)
    await world.write(
        {
            paths.service_user("other", "theirs"): {"uid": "theirs", "displayName": "Theirs"},
            paths.staff("other", "otto"): {"role": "owner", "displayName": "Otto"},
        }
    )
    return world


async def register(world: World, uid: str, devices: Mapping[str, Any], **more: Any) -> None:
    await world.write({paths.push_tokens(uid): {"devices": dict(devices), **more}})


def device(world: World, *, days: int = 0, **changed: Any) -> dict[str, Any]:
    return {
        "token": "secret-token",
        "kind": "fcmToken",
        "platform": "ios",
        "updatedAt": world.clock.now() - timedelta(days=days),
        **changed,
    }


async def look(
    world: World, uid: str = "p0000", caller: Caller = STAFF, service_id: str = "acme"
) -> list[dict[str, Any]]:
    request = DevicesOf(service_id=service_id, user_id=uid)
    devices: list[dict[str, Any]] = (
        await world.app.devices_of_person.find(caller=caller, request=request)
    )["devices"]
    return devices


async def test_the_device_that_was_registered_last_comes_first(shop: World) -> None:
    await register(
        shop,
        "p0000",
        {
            "old-phone": device(shop, days=40, locale="de-DE"),
            "laptop": device(shop, platform="web"),
            "tablet": device(shop, days=2, platform="android"),
        },
    )
    now = shop.clock.now()

    assert await look(shop) == [
        {"platform": "web", "updatedAt": now},
        {"platform": "android", "updatedAt": now - timedelta(days=2)},
        {"platform": "ios", "locale": "de-DE", "updatedAt": now - timedelta(days=40)},
    ]


async def test_no_address_to_push_to_is_told_nor_what_the_person_muted(shop: World) -> None:
    fid = device(shop, kind="fid", token="secret-token")
    await register(
        shop,
        "p0000",
        {"secret-installation": fid},
        muted={"secret-chat": True},
        withdrawn={"secret-service": {"marketing": True}},
    )

    told = repr(await look(shop))

    assert "ios" in told
    assert "secret" not in told


async def test_a_person_without_a_device_has_an_empty_list(shop: World) -> None:
    await shop.write({paths.service_user("acme", "new"): {"uid": "new", "displayName": "New"}})
    assert await look(shop, "new") == []
    # As the server makes it when somebody withdraws their consent to pushes.
    await shop.write({paths.push_tokens("new"): {"withdrawn": {"acme": {"marketing": True}}}})
    assert await look(shop, "new") == []


async def test_a_device_that_cannot_be_read_hides_no_other(shop: World) -> None:
    wrong = {"no-time": {"token": "t", "kind": "fid", "platform": "ios"}, "a-list": [1]}
    await register(shop, "p0000", {"good": device(shop), **wrong})
    assert len(await look(shop)) == 1


async def test_no_more_devices_are_told_than_one_may_have(shop: World) -> None:
    many = {f"d{number}": device(shop, days=number) for number in range(limits.DEVICES + 5)}
    await register(shop, "p0000", many)
    told = await look(shop)
    assert len(told) == limits.DEVICES == 20
    assert told[0]["updatedAt"] == shop.clock.now()


@pytest.mark.parametrize("role", ["owner", "admin", "agent", "viewer"])
async def test_staff_of_any_role_may_look(shop: World, role: str) -> None:
    await shop.write({paths.staff("acme", "al"): {"role": role, "displayName": "Al"}})
    assert len(await look(shop, caller=UserCaller("al"))) == 1


@pytest.mark.parametrize(
    "caller",
    [
        UserCaller("stranger"),
        UserCaller("p0000"),
        UserCaller("otto"),
        UserCaller("stranger", is_anonymous=True),
        ApiKeyCaller("key1", "other"),
    ],
    ids=["a stranger", "the person", "staff of another service", "an anonymous person", "a key"],
)
async def test_nobody_but_staff_of_the_service_may_look(shop: World, caller: Caller) -> None:
    await register(shop, "p0000", {"phone": device(shop)})
    before = shop.store.counts
    with pytest.raises(Refused) as refused:
        await look(shop, caller=caller)
    assert (refused.value.kind, refused.value.reason) == (
        RefusalKind.FORBIDDEN,
        CallableReason.NOT_STAFF,
    )
    assert (shop.store.counts - before).of("reads", "userPushTokens") == 0


async def test_people_of_another_service_are_as_people_who_do_not_exist(shop: World) -> None:
    await register(shop, "theirs", {"phone": device(shop)})
    told = []
    for uid in ("theirs", "nobody"):
        with pytest.raises(Refused) as refused:
            await look(shop, uid)
        told.append((refused.value.reason, refused.value.message.replace(uid, "?")))
    assert told[0] == told[1]
    assert told[0][0] is CallableReason.UNKNOWN_USER


async def test_a_look_costs_three_reads_and_no_write(shop: World) -> None:
    await register(shop, "p0000", {"phone": device(shop)})
    before = shop.store.counts

    await look(shop)

    spent = shop.store.counts - before
    assert (spent.reads, spent.writes, spent.deletes) == (3, 0, 0)


async def test_the_system_may_look_as_an_owner(shop: World) -> None:
    assert len(await look(shop, caller=SYSTEM)) == 1
