"""One-way campaigns by SMS."""

from __future__ import annotations

from datetime import timedelta

from schema import paths
from schema.campaign_sms import CampaignSmsJob
from schema.consent_history import ConsentSource
from tests.unit.parley.services.campaigns.sms_campaigns import (
    later,
    people,
    phone,
    send,
    sent_to,
    states,
    told,
)
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    batches_of,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld


async def test_everybody_who_may_gets_one_sms_and_the_others_are_told_why(world: TwinWorld) -> None:
    refused = {"granted": False, "at": world.clock.now(), "source": "app"}
    stopped = refused | {"source": str(ConsentSource.STOP)}
    await people(
        world,
        {},
        {"phone": None},
        {"phone": "+12530001"},
        {"phone": "+448451234567"},
        {"phone": phone(0)},
        {"consents": {}},
        {"consents": {"sms": {"marketing": refused}}},
        {"consents": {"sms": {"marketing": stopped}}},
        {"consents": {"sms": {"marketing": "yes"}}},
    )

    await send(world)

    assert states(world) == {
        "p0": "sent sms",
        "p1": "skipped noPhone",
        "p2": "skipped invalidPhone",
        "p3": "skipped invalidPhone",
        "p4": "skipped duplicatePhone",
        "p5": "skipped noConsent",
        "p6": "skipped noConsent",
        "p7": "skipped optedOut",
        "p8": "failed invalidUser",
    }
    assert sent_to(world) == [phone(0)]
    status = status_of(world)
    assert status.state == "completedWithErrors"
    assert status.skipped_by == {
        "noPhone": 1,
        "invalidPhone": 2,
        "duplicatePhone": 1,
        "noConsent": 2,
        "optedOut": 1,
    }
    assert_sums(world)
    assert not any(path.startswith("chat") for path in world.store.paths())
    assert world.sender.sent == []


async def test_the_job_names_its_place_in_the_ledger_and_holds_the_rendered_text(
    world: TwinWorld,
) -> None:
    await people(world, {})
    expire_at = world.clock.now() + timedelta(hours=2)

    await send(
        world, message={"body": "Hi {{ user.displayName }}"}, schedule={"expireAt": expire_at}
    )

    job = CampaignSmsJob.parse(world.at(paths.campaign_sms("c1", "p0")))
    (batch_id,) = batches_of(world)
    assert (job.body, job.created_by, job.expire_at) == ("Hi Person 0", "staff1", expire_at)
    assert (job.campaign.batch_id, job.campaign.attempt) == (batch_id, 1)
    entry = recipients_of(world)["p0"]
    assert job.delivery is not None
    assert job.delivery.info is not None
    assert entry["providerId"] == job.delivery.info.message_sid == world.sms.sent[0].sid


async def test_two_with_one_number_get_one_sms_across_batches() -> None:
    world = TwinWorld(batch_size=2)
    await people(world, *({"phone": phone(7)} for _ in range(7)))

    await send(world)

    assert sent_to(world) == [phone(7)]
    assert told(world) == {"sent": 1, "skipped": 6}
    assert status_of(world).skipped_by == {"duplicatePhone": 6}


async def test_who_has_the_number_but_gets_nothing_does_not_keep_it_from_another(
    world: TwinWorld,
) -> None:
    await people(world, {"displayName": None, "phone": phone(1)}, {})

    await send(world, message={"body": "{{ user.displayName }}"})

    assert states(world) == {"p0": "failed emptyBody", "p1": "sent sms"}


async def test_who_opts_out_between_planning_and_sending_gets_nothing(world: TwinWorld) -> None:
    await people(world, {}, {})
    await world.campaign(kind="oneWay", channels=["sms"])
    await world.app.run_campaigns.run("c1")
    (batch,) = world.publisher.take()
    await world.handle(batch)
    stopped = {"granted": False, "at": world.clock.now(), "source": str(ConsentSource.STOP)}
    record = world.at(paths.service_user("acme", "p1"))
    await world.write(
        {paths.service_user("acme", "p1"): record | {"consents": {"sms": {"marketing": stopped}}}}
    )

    await world.work()

    assert states(world) == {"p0": "sent sms", "p1": "skipped optedOut sms"}
    assert sent_to(world) == [phone(0)]


async def test_a_cancel_tells_how_many_were_handed_over_and_they_still_go(world: TwinWorld) -> None:
    await people(world, *({} for _ in range(6)))
    await world.campaign(kind="oneWay", channels=["sms"], throttle={"perMinute": 120})
    await world.app.run_campaigns.run("c1")
    (batch,) = world.publisher.take()
    await world.handle(batch)
    handed_over = world.publisher.take()
    job = world.at(paths.campaign("c1"))
    await world.write({paths.campaign("c1"): job | {"command": "cancel"}})

    await world.app.run_campaigns.run("c1")

    await world.app.campaign_progress.refresh("c1")
    assert told(world) == {"sending": 2, "skipped": 4}
    status = status_of(world)
    assert status.state == "cancelled"
    assert status.notice == "cancelled; 2 SMS were already handed over and still go"
    for payload in handed_over:
        await world.handle(payload)
    await world.work()
    assert told(world) == {"sent": 2, "skipped": 4}


async def test_budgets_of_sms_hold_sms_alone(world: TwinWorld) -> None:
    await people(
        world, *({"phone": None} for _ in range(3)), {}, {}, {}, budgets={"sms": 60, "chat": 600}
    )

    await send(world, "sms", "chat")

    assert told(world) == {"sent": 6}
    until = world.at(paths.service_pace("acme", "sms", 0))["nextAt"]
    assert until == world.clock.now() + timedelta(seconds=3)
    until = world.at(paths.service_pace("acme", "chat", 0))["nextAt"]
    assert until == world.clock.now() + timedelta(seconds=0.3)


async def test_the_window_holds_an_sms(world: TwinWorld) -> None:
    await people(world, {})
    window = {"from": "20:00", "to": "21:00", "timeZone": "UTC"}
    await send(world, schedule={"window": window})
    assert told(world) == {"held": 1}

    await later(world, 24 * 3_600, step=600)

    assert told(world) == {"sent": 1}
