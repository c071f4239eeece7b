"""A mass message in real worker processes, without a trigger, under a kill."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from emulator.process import Process
from parley.store import SERVER_TIME
from schema import ids, paths
from schema.events import MassMessageQueued
from tests.integration.workers.conftest import Site

PATH = paths.mass_message("m1")


async def write_job(site: Site, uids: list[str]) -> None:
    job = {
        "serviceId": "acme",
        "createdBy": "staff1",
        "createdAt": SERVER_TIME,
        "kind": "mass",
        "userIds": [*uids, "stranger"],
        "message": {"body": "The office is closed"},
    }
    await site.write({PATH: job})


async def settled(site: Site, seconds: float) -> dict[str, Any]:
    """The job's answer, once there is one for good."""
    answer: dict[str, Any] = {}

    async def look() -> str | None:
        job = await site.read(PATH)
        answer.update((job or {}).get("delivery") or {})
        return None if answer.get("state") in ("SUCCESS", "ERROR") else f"{PATH} is {answer}"

    await site.until(look, seconds=seconds)
    return answer


async def check(site: Site, uids: list[str], answer: dict[str, Any]) -> None:
    assert answer["state"] == "SUCCESS", answer
    assert answer["info"]["sent"] == len(uids)
    assert answer["info"]["skipped"] == {"notInService": 1}
    chats = [ids.case_chat_id(uid, "acme") for uid in uids]
    for uid, chat in zip(uids, chats, strict=True):
        found = await site.documents(paths.messages(chat))
        assert [path.rsplit("/", 1)[-1] for path in found] == [f"m1:{uid}"]
        row = await site.read(paths.user_chat(uid, chat))
        assert row is not None
        assert row["messageCount"] == 1
    tags = {
        (f"token-{uid}", ids.notification_tag(chat, f"m1:{uid}"))
        for uid, chat in zip(uids, chats, strict=True)
    }
    assert set(site.pushes()) == tags


@pytest.mark.slow
async def test_a_mass_message_whose_trigger_was_lost_is_sent_by_a_worker(site: Site) -> None:
    uids = await site.service(people=120)
    site.start_worker()
    await write_job(site, uids)
    await check(site, uids, await settled(site, seconds=45))


@pytest.mark.slow
async def test_a_mass_message_survives_the_kill_of_its_worker(site: Site) -> None:
    uids = await site.service(people=450)
    first: Process = site.start_worker("mass-message-queue")
    await write_job(site, uids)
    await site.publish(MassMessageQueued(job_id="m1", service_id="acme"))

    async def is_claimed() -> str | None:
        job = await site.read(PATH)
        return None if job and job.get("delivery") else "it is not claimed"

    await site.until(is_claimed)
    first.signal(signal.SIGKILL)
    site.start_worker()
    await check(site, uids, await settled(site, seconds=60))
