"""Campaigns that could run for ever: too large for the store, written past the rules, unworked."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from schema import paths
from schema.events import CampaignQueued, QueueName
from tests.integration.workers.conftest import Site

LONG = {
    "body": "語" * 9_950 + "{{ user.displayName }}",
    "attachments": [
        {"path": f"{n}" * 420, "contentType": "image/png", "size": 9, "name": f"{n}" * 250}
        for n in range(10)
    ],
}


async def ended(site: Site, campaign_id: str = "c1", seconds: float = 60) -> dict[str, Any]:
    """The status of a campaign once it is over."""
    status: dict[str, Any] | None = None

    async def look() -> str | None:
        nonlocal status
        status = await site.read(paths.campaign_status(campaign_id))
        final = ("completed", "completedWithErrors", "failed")
        return None if status and status["state"] in final else f"the status is {status}"

    await site.until(look, seconds=seconds)
    assert status is not None
    return status


async def test_a_batch_above_the_emulators_limit_reaches_everybody_once(site: Site) -> None:
    uids = await site.service(people=100)
    await site.campaign(message=LONG)
    site.start_worker()
    await site.publish(CampaignQueued(campaign_id="c1"))

    status = await ended(site)

    assert (status["state"], status["counts"]["sent"]) == ("completed", 100)
    chats = await site.documents(paths.CHATS)
    assert {chat["messageCount"] for chat in chats.values()} == {1}
    assert len(chats) == len(uids)


async def test_a_record_that_can_be_no_persons_and_a_wrong_field_concern_one_person_each(
    site: Site,
) -> None:
    await site.service(people=20)
    await site.write(
        {
            paths.service_user("acme", "a:b"): {"displayName": "Nobody"},
            paths.service_user("acme", "p0001"): {"displayName": ["not", "a", "text"]},
            paths.service_user("acme", "p0002"): {"consents": {"chat": {"marketing": "?"}}},
            paths.service_user("acme", "p0003"): {
                "displayName": "Ann",
                "consents": {"chat": {"marketing": {"granted": True}}},
            },
        }
    )
    await site.campaign()
    site.start_worker()
    await site.publish(CampaignQueued(campaign_id="c1"))

    status = await ended(site)

    assert status["state"] == "completedWithErrors"
    assert status["failedBy"] == {"invalidUser": 3}
    assert status["counts"]["sent"] == 18
    assert sum(status["counts"].values()) == status["audienceCount"] == 21
    assert "etaAt" not in status
    recipients = await site.recipients("c1")
    assert "valid uid" in recipients["a:b"]["detail"]
    assert "displayName" in recipients["p0001"]["detail"]
    assert "consents.chat.marketing" in recipients["p0002"]["detail"]
    assert recipients["p0003"]["state"] == "sent"


@pytest.mark.slow
async def test_a_batch_that_is_parked_ends_its_people_and_the_campaign(site: Site) -> None:
    await site.service(people=250)
    await site.campaign()
    planner = site.start_worker("campaign-queue")
    await site.publish(CampaignQueued(campaign_id="c1"))
    await site.wait_for(paths.campaign_status("c1"), state="running")
    # The job can be read no more, as after an update whose parser is stricter.
    await site.write({paths.campaign("c1"): {"serviceId": "acme", "kind": "party"}})
    planner.signal(signal.SIGTERM)
    planner.wait()
    site.start_worker("campaign-batches")

    status = await ended(site)

    assert (status["state"], status["failedBy"]) == ("completedWithErrors", {"givenUp": 250})
    assert status["error"]["code"] == "givenUp"
    assert "createdBy is missing" in status["error"]["message"]

    async def missing_letters() -> str | None:
        # The last one is written after the people of its batch have ended.
        queues = [one["queue"] for one in (await site.documents(paths.DEAD_LETTERS)).values()]
        return None if queues == ["campaign-batches"] * 3 else f"letters of {queues}"

    await site.until(missing_letters)
    assert await site.documents(paths.CHATS) == {}


async def test_a_job_of_a_service_that_does_not_exist_fails_with_the_reason(site: Site) -> None:
    await site.service(people=1)
    await site.campaign("nowhere", serviceId="nowhere")
    await site.campaign("stranger", createdBy="stranger")
    await site.campaign("party", kind="party")
    site.start_worker()
    for campaign_id in ("nowhere", "stranger", "party"):
        await site.publish(CampaignQueued(campaign_id=campaign_id))

    codes = {
        campaign_id: (await ended(site, campaign_id))["error"]["code"]
        for campaign_id in ("nowhere", "stranger", "party")
    }

    assert codes == {"nowhere": "serviceNotFound", "stranger": "notAllowed", "party": "invalidJob"}


@pytest.mark.slow
async def test_batches_that_nobody_works_on_are_not_multiplied_by_two_sweepers(
    site: Site,
) -> None:
    await site.service(people=240)
    await site.write(
        {paths.service_user("acme", f"q{n:04d}"): {"displayName": "Q"} for n in range(260)}
    )
    await site.campaign()
    for _ in range(2):
        site.start_worker("campaign-queue")
    await site.publish(CampaignQueued(campaign_id="c1"))
    await site.wait_for(paths.campaign_status("c1"), nudges=2, seconds=90)

    queue = QueueName.CAMPAIGN_BATCHES
    received: dict[str, str] = {}
    while pulled := await site.app.subscriber.pull(queue, max_messages=1_000):
        received |= {one.message_id: one.data.decode() for one in pulled}
    assert len(received) <= 5 + 2, "five batches, and a probe for each nudge"
    assert len({data for data in received.values() if "isProbe" not in data}) == 5
