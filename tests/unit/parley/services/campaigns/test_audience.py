"""A campaign to a distribution list reaches its members, or everybody who matches its filter."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.campaigns.job import InvalidCampaign, read_campaign
from parley.errors import PermanentError, StoreUnavailable
from parley.services.campaigns.audience import Audience, AudienceMember
from parley.store import SERVER_TIME, Delete, Update
from parley.testing.faults import StoreCall, failing
from schema import paths
from tests.unit.parley.services.campaigns_seen import assert_sums, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld as World

PRO = {"field": "attributes.plan", "op": "==", "value": "pro"}


async def make_list(world: World, *uids: str, **fields: Any) -> None:
    """The list `vip` as the dashboard writes it."""
    documents: dict[str, dict[str, Any]] = {
        paths.distribution_list("acme", "vip"): {"name": "VIP", "createdAt": SERVER_TIME} | fields
    }
    for uid in uids:
        documents[paths.list_member("acme", "vip", uid)] = {"addedAt": SERVER_TIME}
    await world.write(documents)


async def members(world: World, audience: Any, **options: Any) -> list[AudienceMember]:
    job = {
        "serviceId": "acme",
        "createdBy": "staff1",
        "createdAt": world.clock.now(),
        "name": "News",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": audience,
        "message": {"body": "Hello"},
        "command": "start",
    }
    campaign = read_campaign("c1", job)
    return [one async for one in Audience(store=world.store).members(campaign, **options)]


async def send(world: World) -> None:
    await world.campaign(audience={"listId": "vip"})
    await world.app.run_campaigns.run("c1")
    await world.work()


async def test_members_of_a_list_get_the_campaign_and_strangers_are_skipped(world: World) -> None:
    await world.service(people=5)
    await make_list(world, "p0003", "p0001", "stranger")

    await send(world)

    recipients = recipients_of(world)
    assert {uid: held["state"] for uid, held in recipients.items()} == {
        "p0001": "sent",
        "p0003": "sent",
        "stranger": "skipped",
    }
    assert recipients["stranger"]["reason"] == "notInService"
    assert status_of(world).state == "completed"
    assert_sums(world)


async def test_a_list_with_a_filter_is_everybody_who_matches_it(world: World) -> None:
    await world.service(people=6)
    await make_list(world, "p0000", where=PRO)

    await send(world)

    assert sorted(recipients_of(world)) == ["p0001", "p0003", "p0005"]


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        (None, "unknownList", "the service has no list 'vip'"),
        ({}, "unknownList", "'vip' has neither members nor a filter"),
        ({"where": {"field": "name", "op": "==", "value": 1}}, "invalidFilter", "where"),
        (
            {"where": {"field": "createdAt", "op": ">", "value": "soon"}},
            "invalidFilter",
            "createdAt is compared with a time",
        ),
    ],
)
async def test_a_list_that_selects_nobody_fails_the_campaign_by_its_name(
    fields: dict[str, Any] | None, code: str, named: str, world: World
) -> None:
    await world.service(people=2)
    if fields is not None:
        await make_list(world, **fields)

    await send(world)

    status = status_of(world)
    assert status.state == "failed"
    assert status.error is not None
    assert status.error.code == code
    assert named in status.error.message
    assert "'vip'" in status.error.message


async def test_a_list_of_another_service_is_not_found(world: World) -> None:
    await world.service(people=2)
    of_rival = paths.distribution_list("rival", "vip")
    await world.write({of_rival: {"name": "VIP", "createdAt": SERVER_TIME, "where": PRO}})

    await send(world)

    error = status_of(world).error
    assert error is not None
    assert error.code == "unknownList"


async def test_a_list_that_is_gone_when_a_pause_ends_fails_the_campaign(world: World) -> None:
    await world.service(people=2)
    await make_list(world, "p0000")
    await world.campaign(audience={"listId": "vip"}, command="pause")
    await world.app.run_campaigns.run("c1")
    await world.store.commit([Delete(paths.distribution_list("acme", "vip"))])
    await world.store.commit([Update(paths.campaign("c1"), {"command": "resume"})])
    await world.app.run_campaigns.run("c1")

    status = status_of(world)
    assert status.state == "failed"
    assert status.error is not None
    assert status.error.code == "unknownList"


@pytest.mark.parametrize(
    "audience",
    [
        {"all": True},
        {"userIds": [f"p{number:04d}" for number in range(1_200)]},
        {"listId": "vip"},
        {"where": {"field": "tags", "op": "exists", "value": True}},
    ],
)
async def test_a_cursor_resumes_behind_its_person(audience: dict[str, Any], world: World) -> None:
    uids = await world.service(people=1_200)
    await make_list(world, *uids)

    whole = await members(world, audience)
    rest = await members(world, audience, cursor=whole[700].cursor)

    assert [one.uid for one in whole] == uids
    assert rest == whole[701:]


@pytest.mark.parametrize("audience", [{"all": True}, {"listId": "vip"}, {"where": PRO}])
async def test_the_audience_is_as_of_the_read_time(audience: dict[str, Any], world: World) -> None:
    await world.service(people=4)
    await make_list(world, "p0001", "p0003")
    before = await members(world, audience)
    _, read_time = await world.store.get_timed(paths.service("acme"))
    world.clock.advance(60)
    late = world.at(paths.service_user("acme", "p0001")) | {"uid": "p9"}
    await world.write(
        {
            paths.service_user("acme", "p9"): late,
            paths.list_member("acme", "vip", "p9"): {"addedAt": SERVER_TIME},
        }
    )
    await world.store.commit([Delete(paths.list_member("acme", "vip", "p0003"))])

    assert await members(world, audience, read_time=read_time) == before
    assert "p9" in [one.uid for one in await members(world, audience)]


async def test_a_person_named_twice_is_one(world: World) -> None:
    await world.service(people=2)
    named = await members(world, {"userIds": ["p0001", "p0000", "p0001"]})
    assert [one.uid for one in named] == ["p0001", "p0000"]


async def test_a_list_that_does_not_exist_is_refused_to_a_preview(world: World) -> None:
    await world.service(people=2)
    with pytest.raises(InvalidCampaign, match="no list 'none'"):
        await members(world, {"listId": "none"})


async def test_a_list_that_goes_while_the_audience_is_frozen_still_counts(world: World) -> None:
    await world.service(people=2)
    await make_list(world, "p0000")

    async def take_away(call: StoreCall) -> None:
        begins = call.operation == "commit" and call.touches(paths.campaign_status("c1"))
        if begins and call.moment == "after":
            world.store.faults.clear()
            gone = [paths.distribution_list("acme", "vip")]
            gone.append(paths.list_member("acme", "vip", "p0000"))
            await world.store.commit([Delete(path) for path in gone])

    world.store.faults.append(take_away)
    await send(world)

    assert world.store.document(paths.distribution_list("acme", "vip")) is None
    assert recipients_of(world)["p0000"]["state"] == "sent"


async def test_planning_that_resumes_after_its_list_has_gone_ends_with_the_lists_name(
    world: World,
) -> None:
    await world.service(people=2)
    await make_list(world, "p0000")
    await world.campaign(audience={"listId": "vip"})
    away = failing(StoreUnavailable("away"), operation="commit", where=is_page)
    world.store.faults.append(away)
    with pytest.raises(StoreUnavailable):
        await world.app.run_campaigns.run("c1")
    world.clock.advance(3_600)
    await world.store.commit([Delete(paths.distribution_list("acme", "vip"))])

    with pytest.raises(PermanentError, match="no list 'vip'"):
        await world.app.run_campaigns.run("c1")


def is_page(call: StoreCall) -> bool:
    return any("/batches/" in write.path for write in call.writes)
