"""What a preview shows its author: samples, warnings, durations, and what is wrong with the job."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.campaign_requests import PreviewCampaign
from parley.domain.campaigns.job import SmsAbility
from parley.services.campaigns.preview_campaigns import PreviewCampaigns
from parley.services.campaigns.service_settings import ServiceSettings
from parley.services.turns import SlowWork
from parley.store import Update
from schema import paths
from tests.simulation.test_preview_is_sending import preview
from tests.unit.parley.services.conftest import TwinWorld as World

GREETING = {"message": {"body": "Hello {{ user.displayName }}"}}


JOB = {
    "serviceId": "acme",
    "name": "News",
    "kind": "individual",
    "channels": ["chat"],
    "purpose": "marketing",
    "audience": {"all": True},
    "message": {"body": "Hello"},
}


async def change(world: World, uid: str, **fields: Any) -> None:
    await world.store.commit([Update(paths.service_user("acme", uid), fields)])


async def test_samples_are_chosen_where_a_template_goes_wrong(world: World) -> None:
    await world.service(people=20)
    await change(world, "p0007", displayName="")
    await change(world, "p0011", displayName="שלום")
    await change(world, "p0015", displayName="Maximiliane von und zu Hohenlohe")
    shown = await preview(world, GREETING)

    assert {one["userId"]: one["text"] for one in shown["samples"]} == {
        "p0007": "Hello ",
        "p0011": "Hello שלום",
        "p0015": "Hello Maximiliane von und zu Hohenlohe",
    }


async def test_samples_of_named_people_come_in_order_and_mark_who_is_outside(
    world: World,
) -> None:
    await world.service(people=4)
    await change(world, "p0001", displayName=5)
    job = GREETING | {"audience": {"userIds": ["p0001", "p0002"]}}
    shown = await preview(world, job, userIds=["p0002", "p0003", "p0001"])

    first, outside, wrong = shown["samples"]
    assert first == {"userId": "p0002", "channel": "chat", "text": "Hello Person 2"}
    assert (outside["userId"], outside["text"], outside["inAudience"]) == (
        "p0003",
        "Hello Person 3",
        False,
    )
    assert (wrong["userId"], wrong["reason"]) == ("p0001", "invalidUser")
    assert shown["audienceCount"] == 2


async def test_a_throttle_a_budget_and_a_window_make_it_last(world: World) -> None:
    await world.service(people=120)
    unpaced = await preview(world, {})
    throttled = await preview(world, {"throttle": {"perMinute": 60}})

    assert unpaced["durationSeconds"] < 1
    assert throttled["durationSeconds"] == 120

    budgeted = World()
    await budgeted.service(people=120)
    await budgeted.store.commit([Update(paths.service("acme"), {"budgets": {"chat": 30}})])
    slower = await preview(budgeted, {"throttle": {"perMinute": 60}})
    assert slower["durationSeconds"] == 240


async def test_held_people_are_counted_as_sent_later_and_told(world: World) -> None:
    await world.service(people=10)
    opens = world.clock.now().astimezone(UTC) + timedelta(hours=2)
    window = {
        "from": f"{opens:%H:%M}",
        "to": f"{opens + timedelta(hours=1):%H:%M}",
        "timeZone": "UTC",
    }
    shown = await preview(world, {"schedule": {"window": window}})

    assert (shown["willSend"], shown["held"], shown["excluded"]) == (10, 10, {})
    assert shown["heldUntil"] == opens.replace(second=0, microsecond=0)
    assert 3_600 < shown["durationSeconds"] <= 7_201
    assert any("10 people are outside the sending window" in one for one in shown["warnings"])


async def test_who_is_held_until_the_campaign_has_expired_is_excluded(world: World) -> None:
    await world.service(people=10)
    now = world.clock.now().astimezone(UTC)
    window = {
        "from": f"{now + timedelta(hours=2):%H:%M}",
        "to": f"{now + timedelta(hours=3):%H:%M}",
        "timeZone": "UTC",
    }
    expire_at = (now + timedelta(hours=1)).isoformat()
    shown = await preview(world, {"schedule": {"window": window, "expireAt": expire_at}})

    assert (shown["willSend"], shown["excluded"]) == (0, {"expired": 10})
    assert any("expires before 10 people can get it" in one for one in shown["warnings"])


async def test_a_throttle_that_is_too_slow_for_the_expiry_is_told(world: World) -> None:
    await world.service(people=120)
    expire_at = (world.clock.now() + timedelta(minutes=1)).isoformat()
    job = {"throttle": {"perMinute": 60}, "schedule": {"expireAt": expire_at}}
    shown = await preview(world, job)

    assert any("expires before 60 people can get it" in one for one in shown["warnings"])


@pytest.mark.parametrize(
    ("job", "warning"),
    [
        ({"audience": {"userIds": []}}, "The audience is empty"),
        ({"message": {"body": "{{ user.attributes.none }}"}}, "shows nothing for 10 people"),
        ({"message": {"body": "{{ 1 | divided_by: 0 }}"}}, "cannot be rendered for 10 people"),
        ({"message": {"body": "{{ 1 | divided_by: 0 }}"}}, "Nobody of the 10 people"),
    ],
)
async def test_what_an_author_should_look_at_is_a_warning(
    world: World, job: dict[str, Any], warning: str
) -> None:
    await world.service(people=10)
    shown = await preview(world, job)

    assert any(warning in one for one in shown["warnings"]), shown["warnings"]


async def test_an_audience_that_mostly_has_not_agreed_is_a_warning(world: World) -> None:
    await world.service(people=4)
    refused = {"chat": {"marketing": {"granted": False, "at": world.clock.now(), "source": "x"}}}
    for uid in ("p0000", "p0001", "p0002"):
        await change(world, uid, consents=refused)
    shown = await preview(world, {})

    assert shown["excluded"] == {"noConsent": 3}
    assert any("3 of 4 get nothing by chat" in one for one in shown["warnings"])


async def test_a_good_campaign_has_no_warnings(world: World) -> None:
    await world.service(people=10)

    assert (await preview(world, GREETING))["warnings"] == []


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"name": ""}, "job.name must be 1 to 100 characters long and is 0"),
        ({"kind": "none"}, "job.kind"),
        ({"message": {}}, "job.message.body is missing"),
        ({"message": {"body": "{{ user."}}, "job.message.body"),
        ({"colour": "red"}, "job.colour is not a field that may stand here"),
        ({"throttle": {"perMinute": 0}}, "job.throttle.perMinute"),
        ({"schedule": {"startAt": "tomorrow"}}, "job.schedule.startAt must be a timestamp"),
        ({"audience": {"where": {"field": "phone", "op": "==", "value": 1}}}, "job.audience.where"),
        ({"serviceId": 5}, "job.serviceId must name a service"),
    ],
)
async def test_a_job_that_could_not_run_is_refused_with_the_field(
    world: World, job: dict[str, Any], said: str
) -> None:
    await world.service(people=1)

    with pytest.raises(Refused) as refused:
        await preview(world, job)

    assert said in refused.value.message
    assert refused.value.reason == "invalidArgument"


@pytest.mark.parametrize("role", ["agent", "viewer"])
async def test_only_owners_and_admins_may_preview(world: World, role: str) -> None:
    await world.service(people=1)
    await world.write({paths.staff("acme", "al"): {"role": role, "displayName": "Al"}})

    for caller in (UserCaller("al"), UserCaller("stranger")):
        with pytest.raises(Refused, match="requires the role admin or owner"):
            await preview(world, {}, caller=caller)


async def test_a_scheduled_campaign_is_decided_as_of_its_start(world: World) -> None:
    await world.service(people=2)
    start = datetime(2030, 6, 1, 12, tzinfo=UTC)
    window = {"from": "11:00", "to": "13:00", "timeZone": "UTC"}
    shown = await preview(world, {"schedule": {"startAt": start.isoformat(), "window": window}})

    assert (shown["willSend"], shown.get("held", 0)) == (2, 0)
    assert shown["durationSeconds"] < 1


@pytest.mark.parametrize(
    ("ramp", "throttle", "seconds"),
    [(0, None, 0.02), (20, None, 2), (1_000_000, None, 0.02), (20, 60, 20), (20, 6_000, 2)],
)
async def test_a_ramp_makes_a_campaign_last(
    world: World, ramp: int, throttle: int | None, seconds: float
) -> None:
    await world.service(people=20)
    previews = PreviewCampaigns(
        store=world.store,
        kinds=world.app.kinds,
        settings=ServiceSettings(store=world.store, clock=world.clock),
        clock=world.clock,
        batch_size=100,
        sms=SmsAbility(),
        prices=world.app.sms_prices,
        slow=SlowWork(),
        ramp=ramp,
    )
    job = JOB | ({"throttle": {"perMinute": throttle}} if throttle else {})
    request = PreviewCampaign.model_validate({"job": job})
    shown = await previews.preview(caller=UserCaller("staff1"), request=request)
    assert shown["durationSeconds"] == pytest.approx(seconds, abs=0.01)


@pytest.fixture
async def few_a_minute(world: World) -> PreviewCampaigns:
    """Previews of up to 25 people a minute, of services with 20 and with one."""
    await world.service(people=20)
    await world.service("other", people=1)
    return PreviewCampaigns(
        store=world.store,
        kinds=world.app.kinds,
        settings=ServiceSettings(store=world.store, clock=world.clock),
        clock=world.clock,
        batch_size=100,
        sms=SmsAbility(),
        prices=world.app.sms_prices,
        slow=SlowWork(),
        people_per_minute=25,
    )


async def look(previews: PreviewCampaigns, service_id: str = "acme") -> dict[str, Any]:
    request = PreviewCampaign.model_validate({"job": JOB | {"serviceId": service_id}})
    return await previews.preview(caller=UserCaller("staff1"), request=request)


async def test_previews_of_a_service_read_a_bounded_number_of_people_a_minute(
    world: World, few_a_minute: PreviewCampaigns
) -> None:
    for _ in range(2):
        await look(few_a_minute)
    with pytest.raises(Refused, match="try again in") as refused:
        await look(few_a_minute)

    assert refused.value.retry_after is not None
    await look(few_a_minute, "other")
    world.clock.advance(refused.value.retry_after)
    await look(few_a_minute)


async def test_previews_asked_for_at_one_moment_read_no_more(
    world: World, few_a_minute: PreviewCampaigns
) -> None:
    looks = [look(few_a_minute) for _ in range(10)]
    shown = await asyncio.gather(*looks, return_exceptions=True)

    assert [type(one) for one in shown].count(dict) == 2
    refused = [one for one in shown if isinstance(one, Refused)]
    assert [one.reason for one in refused] == ["tooMany"] * 8
