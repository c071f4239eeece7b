"""A campaign by SMS whose worker is killed in the middle; what the provider took is the judge."""

from __future__ import annotations

from collections import Counter

import pytest

from parley.store import Update
from schema import ids, paths
from schema.events import CampaignQueued, SmsQueued
from tests.integration.workers.conftest import Site
from tests.integration.workers.doomed_workers import (
    DoomedWorkers,
    deliveries,
    is_unknown,
    log_of,
)

PEOPLE = 300
BEGUN = 60


def accepted(twilio: str) -> Counter[str]:
    return Counter(entry["request"]["To"] for entry in log_of(twilio) if entry["status"] == 201)


async def left(site: Site, *, or_unknown: bool = False) -> list[str]:
    """The SMS that have not ended, but for those that nobody knows of if that will do."""
    found = await deliveries(site, paths.CAMPAIGN_SMS, is_group=True)
    return [
        path
        for path, delivery in found.items()
        if delivery.get("state") != "SUCCESS" and not (or_unknown and is_unknown(delivery))
    ]


@pytest.mark.slow
async def test_a_campaign_by_sms_whose_worker_is_killed_reaches_each_phone_once(
    site: Site, twilio: str
) -> None:
    uids = await site.service(people=PEOPLE)
    phones = {uid: f"+1202555{number:04d}" for number, uid in enumerate(uids, start=2_000)}
    await site.app.store.commit(
        [Update(paths.service_user("acme", uid), {"phone": phones[uid]}) for uid in uids]
    )
    await site.campaign(kind="oneWay", channels=["sms"], purpose="transactional")
    workers = DoomedWorkers(site, "all")
    worker = await workers.start()
    await site.publish(CampaignQueued(campaign_id="c1"))

    async def has_begun() -> str | None:
        count = accepted(twilio).total()
        return None if count >= BEGUN else f"{count} SMS are out"

    await site.until(has_begun)
    await workers.kill(worker)
    assert accepted(twilio).total() < PEOPLE, "everything was sent before the worker was killed"

    # Another goes on with what nobody has begun.
    worker = await workers.start()

    async def has_all_jobs() -> str | None:
        found = await deliveries(site, paths.CAMPAIGN_SMS, is_group=True)
        begun = sum(bool(delivery) for delivery in found.values())
        return None if begun == PEOPLE else f"{begun} of {len(found)} SMS are begun"

    await site.until(has_all_jobs)
    await workers.kill(worker)

    queued = [
        SmsQueued(job_id=ids.campaign_sms_job_id("c1", uid), service_id="acme") for uid in uids
    ]
    # Later, the next one finds what both have left, and another asks what became of it.
    workers.set_clock(6)
    worker = await workers.start()
    await workers.publish_until(lambda: left(site, or_unknown=True), queued)
    await workers.kill(worker)
    workers.set_clock(12)
    await workers.start()
    await workers.publish_until(lambda: left(site), queued)

    status = await site.wait_for(paths.campaign_status("c1"), state="completed", seconds=90)
    counts, recipients = status["counts"], await site.recipients("c1")
    # A callback would say that the others are delivered, too; a look-up did.
    assert counts["sent"] + counts["delivered"] == status["audienceCount"] == PEOPLE
    assert sum(counts.values()) == PEOPLE
    assert sorted(recipients) == sorted(uids)
    assert {held["state"] for held in recipients.values()} <= {"sent", "delivered"}
    assert accepted(twilio) == dict.fromkeys(phones.values(), 1)
