"""Two workers and one email, whose mail server takes its time."""

from __future__ import annotations

from email import message_from_string, policy
from typing import Any

import pytest

from parley.store import SERVER_TIME, Update
from schema import paths
from schema.events import EmailQueued
from schema.patches import PathPatch
from tests import patient_http
from tests.integration.workers.conftest import Site
from tests.integration.workers.doomed_workers import DoomedWorkers, log_of

JOB = paths.email_notification("raced")
COPIES = [EmailQueued(job_id="raced", service_id="acme")] * 6
"""So many that each worker gets some."""

SLOW_MS = 8_000

pytestmark = pytest.mark.slow


async def delivery(site: Site) -> dict[str, Any]:
    return dict((await site.read(JOB) or {}).get("delivery") or {})


async def begin(site: Site, smtp: str) -> DoomedWorkers:
    """Return when one of two workers waits for the mail server's answer."""
    patient_http.put(f"{smtp}/_/faults", json=[{"delayMs": SLOW_MS}]).raise_for_status()
    workers = DoomedWorkers(site, "email-notifications")
    for _ in range(2):
        await workers.start()
    await site.service()
    await site.write(
        {
            JOB: {
                "serviceId": "acme",
                "createdBy": "staff1",
                "createdAt": SERVER_TIME,
                "to": "ann@a.example",
                "message": {"subject": "Raced", "text": "Hello"},
            }
        }
    )

    async def is_claimed() -> object:
        found = await delivery(site)
        return None if found.get("state") == "PROCESSING" else found or "nothing"

    await workers.publish_until(is_claimed, COPIES)
    return workers


async def end(site: Site, workers: DoomedWorkers) -> dict[str, Any]:
    async def has_ended() -> object:
        found = await delivery(site)
        return None if found.get("state") == "SUCCESS" else found

    await workers.publish_until(has_ended, COPIES)
    return await delivery(site)


def message_ids(smtp: str) -> list[str]:
    mails = [
        message_from_string(entry["request"]["data"], policy=policy.default)
        for entry in log_of(smtp)
    ]
    return [str(mail["Message-ID"]) for mail in mails]


async def test_a_retry_that_is_written_over_a_running_attempt_sends_no_second_email(
    site: Site, smtp: str
) -> None:
    workers = await begin(site, smtp)
    pressed: PathPatch = {("delivery", "state"): "RETRY"}
    await site.app.store.commit([Update(JOB, pressed)])

    ended = await end(site, workers)

    assert ended["attempts"] == 1
    assert message_ids(smtp) == [ended["info"]["messageId"]]


async def test_an_email_whose_lease_ends_while_it_is_sent_comes_twice_under_one_message_id(
    site: Site, smtp: str
) -> None:
    workers = await begin(site, smtp)
    workers.set_clock(2)

    ended = await end(site, workers)

    assert ended["attempts"] == 2
    assert message_ids(smtp) == [ended["info"]["messageId"]] * 2
