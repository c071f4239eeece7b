"""Workers are killed at each step of an SMS, and what the provider took is the judge."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parley.domain.delivery.sms_callbacks import SmsCallback
from parley.store import SERVER_TIME
from schema import paths
from schema.events import SmsQueued
from tests import patient_http
from tests.integration.workers.conftest import Site
from tests.integration.workers.doomed_workers import (
    DoomedWorkers,
    deliveries,
    is_unknown,
    log_of,
)

MOMENTS = {
    "unclaimed": (None, 0, 1),
    "claimed": ("PROCESSING", 0, 2),
    "taken": ("PROCESSING", 1, 1),
    "answered": ("PROCESSING", 1, 1),
    "recorded": ("SUCCESS", 1, 1),
}
"""What stands of a job when its worker is dead: its state, the SMS that the provider has, and how
many attempts it takes until its end."""

WAVES = {
    f"{step}{number}": [f"{step}{number}-{job}" for job in range(10)]
    for steps in (MOMENTS.keys() - {"unclaimed"}, {"unclaimed"})
    for number in range(2)
    for step in sorted(steps)
}
"""The jobs that each worker begins with, by its name: twenty for each step. Those that are left
unclaimed come last. On a slow machine their leases end while later workers are still killed, and
one of these may die with them in the middle, which takes another attempt."""

JOBS = [job_id for job_ids in WAVES.values() for job_id in job_ids]
DOOMED = {wave: job_ids[3] for wave, job_ids in WAVES.items()}
"""The job at which each worker is killed."""

PHONES = {job_id: f"+1202555{number:04d}" for number, job_id in enumerate(JOBS, start=2_000)}

SLOW_MS = 12_000
"""Longer than the killing takes, and shorter than a worker waits for an answer."""


def accepted(twilio: str) -> Counter[str]:
    """How many SMS the provider took for each number."""
    return Counter(entry["request"]["To"] for entry in log_of(twilio) if entry["status"] == 201)


async def write_jobs(site: Site, job_ids: list[str]) -> None:
    await site.write(
        {
            paths.non_chat_sms(job_id): {
                "serviceId": "acme",
                "createdBy": "staff1",
                "createdAt": SERVER_TIME,
                "to": {"phone": PHONES[job_id]},
                "body": f"Your code is {job_id}",
                "purpose": "transactional",
            }
            for job_id in job_ids
        }
    )


def queued(job_ids: list[str]) -> list[SmsQueued]:
    return [SmsQueued(job_id=job_id, service_id="acme") for job_id in job_ids]


async def kill_at(
    site: Site, twilio: str, workers: DoomedWorkers, step: str, job_ids: list[str]
) -> None:
    """Have a worker begin these jobs, and die at a step of one of them."""
    doomed = job_ids[3]
    path = paths.non_chat_sms(doomed)
    if step == "taken":
        slow = {"delayMs": SLOW_MS, "match": {"to": rf"^\{PHONES[doomed]}$"}}
        patient_http.put(f"{twilio}/_/faults", json=[slow]).raise_for_status()
        worker = await workers.start()

        async def look() -> str | None:
            return None if accepted(twilio)[PHONES[doomed]] else f"{doomed} is not taken"

        await workers.publish_until(look, queued(job_ids))
        await workers.kill(worker)
        patient_http.put(f"{twilio}/_/faults", json=[]).raise_for_status()
    else:
        worker = await workers.start(step, path)
        await workers.until_killed(worker, queued(job_ids))
    state, sms, _ = MOMENTS[step]
    found = (await deliveries(site, paths.NON_CHAT_SMS_QUEUE))[path]
    assert (found.get("state"), accepted(twilio)[PHONES[doomed]]) == (state, sms)


async def in_flight(site: Site) -> dict[str, Any]:
    """The jobs that have neither ended nor are marked as lost."""
    found = await deliveries(site, paths.NON_CHAT_SMS_QUEUE)
    return {
        path: delivery
        for path, delivery in found.items()
        if delivery.get("state") not in ("SUCCESS", "ERROR") and not is_unknown(delivery)
    }


async def call_back(site: Site, twilio: str, job_id: str) -> None:
    """The status callback of an SMS that was taken, as the webhook applies it."""
    entry, *_ = [one for one in log_of(twilio) if one["request"]["To"] == PHONES[job_id]]
    address = urlsplit(entry["request"]["StatusCallback"])
    assert address.path.endswith(f"/{job_id}")
    await site.app.sms_status.apply(
        job_id,
        SmsCallback(entry["response"]["sid"], "delivered", PHONES[job_id]),
        attempt=int(parse_qs(address.query)["attempt"][0]),
    )


@pytest.mark.slow
async def test_no_sms_is_sent_twice_and_every_job_ends_though_workers_are_killed_at_each_step(
    site: Site, twilio: str
) -> None:
    await site.service()
    workers = DoomedWorkers(site, "non-chat-sms-queue")
    for wave, job_ids in WAVES.items():
        await write_jobs(site, job_ids)
        await kill_at(site, twilio, workers, wave[:-1], job_ids)
    called_back = DOOMED["taken0"]
    await call_back(site, twilio, called_back)
    settled = await site.read(paths.non_chat_sms(called_back)) or {}
    assert settled["delivery"]["state"] == "SUCCESS"

    # The next worker finds what the dead have left when their leases are over.
    workers.set_clock(6)
    worker = await workers.start()
    await workers.publish_until(lambda: in_flight(site), queued(JOBS))

    # Another asks the provider, later, what became of those whose answer was lost.
    await workers.kill(worker)
    workers.set_clock(12)
    await workers.start()
    found: dict[str, Any] = {}

    async def all_have_ended() -> object:
        found.update(await deliveries(site, paths.NON_CHAT_SMS_QUEUE))
        return {path: one for path, one in found.items() if one.get("state") != "SUCCESS"}

    await workers.publish_until(all_have_ended, queued(JOBS))
    assert accepted(twilio) == dict.fromkeys(PHONES.values(), 1)
    assert len(log_of(twilio)) == len(JOBS), "nothing was tried and refused"
    for wave, doomed in DOOMED.items():
        assert found[paths.non_chat_sms(doomed)]["attempts"] == MOMENTS[wave[:-1]][2]
