"""A campaign whose only worker is killed in any stage is finished by the next one."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from emulator.process import Process
from schema import paths
from schema.events import CampaignQueued
from tests import patient_http
from tests.integration.workers.conftest import Site
from tests.integration.workers.test_campaign_processes import assert_once, wait_until_pushed

PEOPLE = 2_000
TAKE_OVER_SECONDS = 30


async def kill_when(site: Site, worker: Process, is_time: Callable[[], Awaitable[bool]]) -> None:
    """Kill a worker as soon as a condition holds."""
    async with asyncio.timeout(60):
        while not await is_time():
            worker.require_running()
    worker.signal(signal.SIGKILL)
    worker.wait()


@pytest.mark.slow
async def test_the_only_worker_is_killed_while_it_plans_sends_and_notifies(site: Site) -> None:
    faults = f"{site.environment['PARLEY_FCM_URL']}/_/faults"
    uids = await site.service(people=PEOPLE)
    await site.campaign()

    async def is_planning() -> bool:
        status = await site.read(paths.campaign_status("c1"))
        return status is not None and status["state"] == "planning"

    async def is_sending() -> bool:
        return len(await site.documents(paths.CHATS)) >= 200

    async def is_notifying() -> bool:
        batches = (await site.documents(paths.campaign_batches("c1"))).values()
        return all(batch["state"] != "planned" for batch in batches) and any(
            batch["state"] == "sent" and "pushClaimedAt" in batch for batch in batches
        )

    async def claims() -> dict[str, datetime]:
        """Return the claims of pushes that are not settled, by batch."""
        batches = await site.documents(paths.campaign_batches("c1"))
        return {
            path: batch["pushClaimedAt"]
            for path, batch in batches.items()
            if "pushClaimedAt" in batch
        }

    worker = site.start_worker()
    await site.publish(CampaignQueued(campaign_id="c1"))
    await kill_when(site, worker, is_planning)
    plan = await site.read(paths.campaign_plan("c1"))
    assert plan is not None
    assert plan["state"] != "frozen", "planning was over"

    # Each push takes longer than sending everything, so that the stages do not overlap.
    patient_http.put(faults, json=[{"rate": 1, "delayMs": 8_000}]).raise_for_status()
    worker = site.start_worker()
    await kill_when(site, worker, is_sending)
    assert len(await site.documents(paths.CHATS)) < PEOPLE, "sending was over"

    worker = site.start_worker()
    await kill_when(site, worker, is_notifying)

    patient_http.put(faults, json=[]).raise_for_status()
    dead = await claims()
    assert dead

    async def is_taken_over() -> str | None:
        left = [path for path, at in (await claims()).items() if dead.get(path) == at]
        return f"still claimed by the dead worker: {left}" if left else None

    site.start_worker()
    await site.until(is_taken_over, seconds=TAKE_OVER_SECONDS)
    await wait_until_pushed(site)
    status = await site.wait_for(paths.campaign_status("c1"), state="completed", seconds=60)
    assert status["counts"]["sent"] == status["audienceCount"] == PEOPLE
    await assert_once(site, uids)
