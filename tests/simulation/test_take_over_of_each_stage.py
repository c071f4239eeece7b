"""Work of a dead worker is back on its queue within 30 s, in each stage of a campaign."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from parley.testing.virtual_time import run_in_virtual_time
from schema import paths
from schema.campaign_status import CampaignStatus
from schema.events import CampaignQueued, QueueName
from tests.unit.workers.worker_processes import PortCall, Process, Site
from tests.world import World

TAKE_OVER_SECONDS = 30
PATIENCE_SECONDS = 1_800


@dataclass(frozen=True)
class Stage:
    """When the only worker dies, and in which campaign."""

    is_there: Callable[[PortCall], bool]
    nth: int = 1
    people: int = 300
    batch_size: int = 40
    job: dict[str, Any] = field(default_factory=dict)

    def dies_at(self) -> Callable[[PortCall], bool]:
        """Return a condition that holds at the n-th call of the stage."""
        left = self.nth

        def holds(call: PortCall) -> bool:
            nonlocal left
            left -= self.is_there(call)
            return left == 0

        return holds


def plans(call: PortCall) -> bool:
    """A page of the audience is committed, with the plan."""
    return call.method == "commit" and any(
        write.path == paths.campaign_plan("c1") and len(call.arguments[0]) > 2
        for write in call.arguments[0]
    )


def sends(call: PortCall) -> bool:
    """A batch is committed into its chats."""
    return call.method == "commit" and any("/messages/" in one.path for one in call.arguments[0])


def rests(call: PortCall) -> bool:
    """A batch is acknowledged, and the next of its lane waits in memory alone."""
    return call.method == "acknowledge" and call.arguments[0] == QueueName.CAMPAIGN_BATCHES


def claims_pushes(call: PortCall) -> bool:
    """The pushes of a batch are claimed, and none is handed over."""
    return call.method == "commit" and any(
        "pushClaimedAt" in dict(getattr(one, "fields", {})) for one in call.arguments[0]
    )


def pushes(call: PortCall) -> bool:
    """Pushes are handed over, and their outcomes are not recorded."""
    return call.method == "send"


STAGES = {
    "plan": Stage(plans, people=1_150, batch_size=100),
    "start": Stage(plans, people=1_150, batch_size=100, nth=2),
    "send": Stage(sends, nth=3),
    "rest under a throttle": Stage(rests, nth=3, job={"throttle": {"perMinute": 2_400}}),
    "claim of the pushes": Stage(claims_pushes, nth=2),
    "push": Stage(pushes, nth=2),
}


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_work_of_the_only_worker_is_taken_over_within_thirty_seconds(stage: Stage) -> None:
    async def main() -> None:
        site = Site(batch_size=stage.batch_size)
        site.sender.seconds = 4.0
        world = World(site.store)
        uids = await world.service(people=stage.people)
        await world.campaign("c1", **stage.job)
        killed = Process(site, seed=1)
        killed.dies_at = stage.dies_at()
        await site.queue.publish([CampaignQueued(campaign_id="c1")])
        async with asyncio.timeout(PATIENCE_SECONDS):
            await killed.death.wait()
            next_one = Process(site, seed=2)
            while not is_over(site):
                await asyncio.sleep(0.5)

        left = set(killed.in_flight.values())
        assert left or stage.is_there is rests
        back = [next_one.pulled[one] for one in left] or [min(next_one.pulled.values())]
        assert max(back) - killed.killed_at <= TAKE_OVER_SECONDS

        fields = site.store.document(paths.campaign_status("c1"))
        assert fields is not None
        status = CampaignStatus.parse(fields)
        assert status.counts.sent == status.audience_count == stage.people
        shown = {(push.device.token, push.tag) for push in site.sender.sent}
        assert Counter(token for token, _ in shown) == Counter(f"token-{uid}" for uid in uids)
        await next_one.stop()

    run_in_virtual_time(main())


def is_over(site: Site) -> bool:
    """Return whether the campaign is complete and the pushes of each batch are settled."""
    status = site.store.document(paths.campaign_status("c1"))
    batches = f"{paths.campaign_batches('c1')}/"
    return (
        status is not None
        and status["state"] == "completed"
        and all(
            (site.store.document(path) or {})["state"] == "done"
            for path in site.store.paths()
            if path.startswith(batches)
        )
    )
