"""What the provider says of a campaign's SMS, and how the ledger follows it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.campaign_requests import RetryFailed
from schema import paths
from schema.campaign_sms import CampaignSmsJob
from schema.events import SmsQueued
from tests.unit.parley.services.campaigns.sms_campaigns import (
    later,
    people,
    phone,
    report,
    send,
    sent_to,
    states,
    told,
)
from tests.unit.parley.services.campaigns_seen import (
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.upkeep.results_seen import collect, collector

STAFF = UserCaller("staff1")


async def retry(world: TwinWorld) -> int:
    request = RetryFailed(campaign_id="c1")
    retried = await world.app.retry_failed.retry(caller=STAFF, request=request)
    await world.work()
    return retried.people


async def test_reports_move_people_forward_at_no_read_for_a_person_beyond_the_job(
    world: TwinWorld,
) -> None:
    await people(world, *({} for _ in range(30)))
    await send(world)
    assert status_of(world).state == "completed"
    results = collector(world)
    await collect(world, results, 60)
    for number in range(28):
        await report(world, f"p{number}", "delivered")
    await report(world, "p28", "undelivered", "30003")
    await report(world, "p29", "read")

    spent = await collect(world, results, 20)

    assert told(world) == {"delivered": 28, "failed": 1, "read": 1}
    assert recipients_of(world)["p28"]["reason"] == "providerError:30003"
    assert spent.of("reads", "campaignStatus/sms") <= 31
    assert spent.of("reads", "campaignStatus/batches") <= 30, "the sums, and one batch"
    assert status_of(world).state == "completedWithErrors"
    assert spent.of("writes", "campaignStatus/batches") == 1


async def test_an_idle_pass_costs_one_read_more_while_sms_results_are_collected(
    world: TwinWorld,
) -> None:
    await people(world, {}, {})
    await send(world)
    results = collector(world)
    await collect(world, results, 60)
    await collect(world, results, 20)

    spent = await collect(world, results, 20)

    assert spent.of("reads", "sms") + spent.of("reads", "campaignStatus/sms") <= 1
    assert spent.writes == 0


@pytest.mark.parametrize(
    ("fate", "state"),
    [("refuse", "failed"), ("loseAnswer", "unknown"), ("loseCall", "unknown")],
)
async def test_what_the_provider_says_ends_the_person_and_the_campaign(
    world: TwinWorld, fate: Any, state: str
) -> None:
    await people(world, {}, {})
    world.sms.fates_of[phone(0)] = fate
    world.sms.codes[phone(0)] = "30007"

    await send(world)
    await later(world, 30)

    assert recipients_of(world)["p0"]["state"] == state
    assert recipients_of(world)["p1"]["state"] == "sent"
    status = status_of(world)
    assert status.state == "completedWithErrors"
    assert status.failed_by == ({"providerError:30007": 1} if state == "failed" else {})


async def test_a_lost_answer_that_is_found_moves_the_person_forward(world: TwinWorld) -> None:
    await people(world, {})
    world.sms.fates_of[phone(0)] = "loseAnswer"
    await send(world)
    assert states(world) == {"p0": "unknown answerLost sms"}
    results = collector(world)
    await collect(world, results, 60)

    world.clock.advance(600)
    await world.handle(SmsQueued(job_id="c1:p0"))
    await collect(world, results)
    await world.work()

    assert states(world) == {"p0": "sent sms"}
    assert sent_to(world) == [phone(0)]


async def test_a_retry_sends_again_and_a_late_report_on_the_first_says_nothing(
    world: TwinWorld,
) -> None:
    await people(world, {}, {})
    world.sms.fates_of[phone(0)] = "refuse"
    world.sms.codes[phone(0)] = "30007"
    await send(world)
    del world.sms.fates_of[phone(0)]

    assert await retry(world) == 1

    entry = recipients_of(world)["p0"]
    assert (entry["state"], entry["attempt"]) == ("sent", 2)
    assert entry["attempts"][0]["result"] == "providerError:30007"
    job = CampaignSmsJob.parse(world.at(paths.campaign_sms("c1", "p0")))
    assert job.delivery is not None
    assert (job.campaign.attempt, job.delivery.attempts) == (2, 2)
    assert sent_to(world) == [phone(1), phone(0)]
    assert status_of(world).state == "completed"
    assert await retry(world) == 0


async def test_a_job_that_was_delivered_after_all_is_not_sent_again(world: TwinWorld) -> None:
    await people(world, {})
    await send(world)
    results = collector(world)
    await collect(world, results, 60)
    await report(world, "p0", "undelivered", "30003")
    await collect(world, results)
    await world.work()
    assert states(world) == {"p0": "failed providerError:30003 sms"}
    await report(world, "p0", "read")
    job = world.at(paths.campaign_sms("c1", "p0"))
    job["delivery"] |= {"state": "SUCCESS", "info": job["delivery"]["info"] | {"status": "read"}}
    await world.write({paths.campaign_sms("c1", "p0"): job})

    await retry(world)

    assert states(world) == {"p0": "read sms"}
    assert len(sent_to(world)) == 1


async def test_lost_publishes_are_healed_within_thirty_seconds(world: TwinWorld) -> None:
    await people(world, {}, {}, {})
    await world.campaign(kind="oneWay", channels=["sms"])
    await world.app.run_campaigns.run("c1")
    (batch,) = world.publisher.take()
    await world.handle(batch)
    assert len([one for one in world.publisher.take() if isinstance(one, SmsQueued)]) == 3
    await world.app.campaign_progress.refresh("c1")

    await later(world, 30)

    assert told(world) == {"sent": 3}
    assert status_of(world).state == "completed"


async def test_a_lost_note_of_a_result_is_healed_too(world: TwinWorld) -> None:
    await people(world, {}, {})
    await world.campaign(kind="oneWay", channels=["sms"])
    await world.app.run_campaigns.run("c1")
    for _ in range(2):
        for payload in world.publisher.take():
            await world.handle(payload)
    await world.app.campaign_progress.refresh("c1")
    world.app = world.new_process()
    assert told(world) == {"sending": 2}

    await later(world, 30)

    assert told(world) == {"sent": 2}
    assert Counter(sent_to(world)) == {phone(0): 1, phone(1): 1}
