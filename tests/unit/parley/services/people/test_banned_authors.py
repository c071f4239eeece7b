"""Banned people send nothing for a service either, while their token lives or later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.people_requests import BanUser, UnbanUser
from parley.store import SERVER_TIME
from schema import paths
from schema.mass_messages import MassMessageJob
from tests.unit.parley.services.campaigns_seen import status_of
from tests.unit.parley.services.chats.bulk_jobs_seen import cases, start
from tests.unit.parley.services.chats.bulk_jobs_seen import work as work_on
from tests.unit.parley.services.chats.mass_messages_seen import PATH as MASS
from tests.unit.parley.services.chats.mass_messages_seen import write_job
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.office import Office
from tests.unit.parley.services.delivery.sms_written import delivery, error, send_sms

HOUR, DAY = 3_600, 86_400


@pytest.fixture
async def shop(world: World) -> World:
    """A service with an admin, and a moderator of the project."""
    await world.service(people=1)
    await world.write({paths.staff("default", "mod"): {"role": "owner", "displayName": "Mod"}})
    return world


async def ban(world: World, uid: str = "staff1", **more: Any) -> None:
    asked = BanUser.model_validate({"userId": uid, "reason": "fraud", **more})
    await world.app.bans.ban(caller=UserCaller("mod"), request=asked)


def after(world: World, seconds: float) -> Any:
    """A time from now, as dashboards write it."""
    return world.clock.now() + timedelta(seconds=seconds)


async def sms(world: World, **changed: Any) -> None:
    await send_sms(world, createdBy="staff1", to={"phone": "+12025550123"}, **changed)


async def test_a_campaign_of_theirs_fails(shop: World) -> None:
    await ban(shop)
    await shop.campaign()

    await shop.app.run_campaigns.run("c1")

    told = status_of(shop)
    assert told.error is not None
    assert (told.state, told.error.code) == ("failed", "notAllowed")
    assert "'staff1' is banned" in told.error.message


async def test_a_campaign_that_they_schedule_for_later_fails_too(shop: World) -> None:
    await ban(shop)
    await shop.campaign(schedule={"startAt": after(shop, 2 * HOUR)}, createdAt=shop.clock.now())
    await shop.app.run_campaigns.run("c1")
    assert status_of(shop).state == "failed"


async def test_a_campaign_that_waits_for_its_start_fails_then(shop: World) -> None:
    await shop.campaign(schedule={"startAt": after(shop, 3 * HOUR)})
    await shop.app.run_campaigns.run("c1")
    assert status_of(shop).state == "scheduled"
    await ban(shop)

    shop.clock.advance(3 * HOUR)
    await shop.app.run_campaigns.run("c1")

    assert status_of(shop).state == "failed", "no list of recent bans knows of it any more"


async def test_a_mass_message_of_theirs_reaches_nobody(shop: World) -> None:
    await ban(shop)

    await write_job(shop, ["p0000"])
    await shop.work()

    answer = MassMessageJob.parse(shop.at(MASS)).delivery
    assert answer is not None
    assert answer.state == "ERROR"
    assert (answer.error or "").startswith("notAllowed: createdBy: ")
    assert "'staff1' is banned" in (answer.error or "")
    assert shop.sender.sent == []


async def test_an_sms_of_theirs_is_not_sent(shop: World) -> None:
    await ban(shop)
    await sms(shop)
    assert error(shop).startswith("notAllowed: ")
    assert "'staff1' is banned" in error(shop)
    assert shop.sms.sent == []


async def test_an_sms_that_waited_long_asks_for_the_ban_itself(shop: World) -> None:
    written = shop.clock.now()
    await ban(shop)
    shop.clock.advance(3 * HOUR)
    await sms(shop, createdAt=written)
    assert error(shop).startswith("notAllowed: ")


async def test_an_email_of_theirs_is_not_sent(world: World) -> None:
    office = Office(world)
    await office.open()
    await world.write({paths.staff("default", "mod"): {"role": "owner", "displayName": "Mod"}})
    await ban(world, "sam")

    answer = await office.send()

    assert answer["state"] == "ERROR"
    assert answer["error"].startswith("notAllowed: ")
    assert office.mails() == []


async def test_a_bulk_job_of_theirs_that_waits_changes_nothing(world: World) -> None:
    await cases(world, 3)
    await world.write({paths.staff("default", "mod"): {"role": "owner", "displayName": "Mod"}})
    job_id = await start(world, {"state": "closed"})
    await ban(world, "ada")

    done = await work_on(world, job_id)

    assert (done.state, done.done) == ("failed", 0)
    assert done.error is not None
    assert done.error.code == "notAllowed"


async def test_after_the_ban_they_send_again(shop: World) -> None:
    await ban(shop, until=after(shop, DAY).isoformat())
    await sms(shop)
    assert delivery(shop).state == "ERROR"
    await shop.app.bans.unban(caller=UserCaller("mod"), request=UnbanUser(user_id="staff1"))
    shop.clock.advance(2)

    await send_sms(shop, paths.non_chat_sms("j2"), createdBy="staff1", to={"phone": "+12025550123"})

    assert delivery(shop, paths.non_chat_sms("j2")).state == "SUCCESS"


async def test_many_jobs_look_once_in_two_seconds(shop: World) -> None:
    before = shop.store.counts
    for number in range(20):
        await send_sms(
            shop,
            paths.non_chat_sms(f"j{number}"),
            createdBy="staff1",
            createdAt=SERVER_TIME,
            to={"phone": f"+120255501{number:02d}"},
        )
    assert (shop.store.counts - before).of("reads", "bans") == 1
