"""A whole campaign on real runners, handlers and services, in minutes of virtual time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from math import inf

import pytest

from parley.queues import QUEUES
from parley.testing.virtual_time import run_in_virtual_time
from schema import paths
from schema.campaign_status import CampaignStatus
from schema.events import CampaignQueued
from schema.reasons import CampaignState
from tests.unit.workers.worker_processes import PortCall, Process, Site
from tests.world import World

PEOPLE = 1_000
TAKE_OVER_SECONDS = 30
PATIENCE_SECONDS = 1_800


def status_of(site: Site) -> CampaignStatus | None:
    fields = site.store.document(paths.campaign_status("c1"))
    return None if fields is None else CampaignStatus.parse(fields)


async def completed(site: Site) -> CampaignStatus:
    """Wait until the campaign is completed."""
    while True:
        status = status_of(site)
        if status is not None and status.state is CampaignState.COMPLETED:
            return status
        await asyncio.sleep(0.5)


def campaign_messages(site: Site) -> Counter[str]:
    """Count each person's messages as their case chats do."""
    documents = {path: site.store.document(path) for path in site.store.paths()}
    return Counter(
        {
            path.split("/")[1].partition(":")[0]: (fields or {})["messageCount"]
            for path, fields in documents.items()
            if path.startswith("chats/") and path.count("/") == 1
        }
    )


def notifications_shown(site: Site) -> Counter[str]:
    """Count what each person's device shows: one notification a tag, however often it was sent."""
    shown = {(one.device.token.removeprefix("token-"), one.tag) for one in site.sender.sent}
    return Counter(uid for uid, _ in shown)


async def backlog(site: Site) -> int:
    """Return the number of messages on all queues."""
    return sum([await site.queue.backlog(queue) or 0 for queue in QUEUES])


def at_nth(method: str, nth: int) -> Callable[[PortCall], bool]:
    """Return a condition that holds at the n-th call that sends pushes or commits a batch."""
    left = nth

    def holds(call: PortCall) -> bool:
        nonlocal left
        if call.method == method and (
            method != "commit" or any("/messages/" in one.path for one in call.arguments[0])
        ):
            left -= 1
        return left == 0

    return holds


@pytest.mark.parametrize(
    ("method", "nth"),
    [
        pytest.param("commit", 5, id="between a batch and its publish"),
        pytest.param("send", 3, id="between pushes and their record"),
    ],
)
def test_a_campaign_reaches_everybody_once_when_a_worker_is_killed(method: str, nth: int) -> None:
    async def main() -> None:
        site = Site(batch_size=40)
        world = World(site.store)
        uids = await world.service(people=PEOPLE)
        await world.campaign("c1")
        killed, other = Process(site, seed=1), Process(site, seed=2)
        killed.dies_at = at_nth(method, nth)
        await site.queue.publish([CampaignQueued(campaign_id="c1")])
        async with asyncio.timeout(PATIENCE_SECONDS):
            await killed.death.wait()
            replacement = Process(site, seed=3)
            status = await completed(site)
            while await backlog(site):
                await asyncio.sleep(1)

        assert status.counts.sent == status.audience_count == PEOPLE
        assert campaign_messages(site) == Counter(dict.fromkeys(uids, 1))
        assert notifications_shown(site) == Counter(dict.fromkeys(uids, 1))
        assert [path for path in site.store.paths() if path.startswith("deadLetters/")] == []

        left = set(killed.in_flight.values())
        taken_over = {
            one: min(taker.pulled.get(one, inf) for taker in (other, replacement)) for one in left
        }
        assert left
        assert max(taken_over.values()) - killed.killed_at <= TAKE_OVER_SECONDS

        for process in (other, replacement):
            await process.stop()
        assert asyncio.get_running_loop().time() > 120, "minutes have passed in virtual time"

    run_in_virtual_time(main())
