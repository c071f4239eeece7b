"""A worker is killed after the mail server took an email and before that was recorded."""

from __future__ import annotations

from collections import defaultdict
from email import message_from_string, policy

import pytest

from parley.store import SERVER_TIME
from schema import paths
from schema.events import EmailQueued
from tests.integration.workers.conftest import Site
from tests.integration.workers.doomed_workers import DoomedWorkers, deliveries, log_of

JOBS = [f"e{number}" for number in range(6)]
DOOMED = JOBS[3]


def message_ids(smtp: str) -> dict[str, list[str]]:
    """The Message-IDs of the emails that the server took, by job."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in log_of(smtp):
        assert entry["status"] == 250
        mail = message_from_string(entry["request"]["data"], policy=policy.default)
        found[str(mail["Subject"])].append(str(mail["Message-ID"]))
    return found


@pytest.mark.slow
async def test_an_email_whose_answer_was_lost_comes_again_under_the_same_message_id(
    site: Site, smtp: str
) -> None:
    await site.service()
    await site.write(
        {
            paths.email_notification(job_id): {
                "serviceId": "acme",
                "createdBy": "staff1",
                "createdAt": SERVER_TIME,
                "to": f"{job_id}@a.example",
                "message": {"subject": job_id, "text": "Hello"},
            }
            for job_id in JOBS
        }
    )
    queued = [EmailQueued(job_id=job_id, service_id="acme") for job_id in JOBS]
    workers = DoomedWorkers(site, "email-notifications")
    worker = await workers.start("answered", paths.email_notification(DOOMED))
    await workers.until_killed(worker, queued)
    found = await deliveries(site, paths.EMAIL_NOTIFICATIONS)
    assert found[paths.email_notification(DOOMED)]["state"] == "PROCESSING"
    assert len(message_ids(smtp)[DOOMED]) == 1

    # The leases of the dead worker are over.
    workers.set_clock(2)
    await workers.start()

    async def all_have_ended() -> object:
        found.update(await deliveries(site, paths.EMAIL_NOTIFICATIONS))
        return {path: one for path, one in found.items() if one.get("state") != "SUCCESS"}

    await workers.publish_until(all_have_ended, queued)
    sent = message_ids(smtp)
    assert len(sent[DOOMED]) == found[paths.email_notification(DOOMED)]["attempts"] == 2
    for job_id in JOBS:
        assert set(sent[job_id]) == {found[paths.email_notification(job_id)]["info"]["messageId"]}
    assert len({message_id for ids in sent.values() for message_id in ids}) == len(JOBS)
