"""A whole campaign under a ramp, on real runners and handlers, in minutes of virtual time."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from parley.store import Set
from parley.testing.virtual_time import run_in_virtual_time
from schema import paths
from schema.campaign_status import CampaignStatus
from schema.events import CampaignQueued
from schema.reasons import CampaignState
from tests.simulation.test_ramp_of_campaigns import BURST_SECONDS
from tests.unit.workers.worker_processes import PortCall, Process, Site
from tests.world import World

PEOPLE = 600
BATCH = 10
RAMP = 20
"""Operations a second: one batch of ten people."""

PATIENCE_SECONDS = 3_600


class Watched:
    """A site whose batches are noted as they are committed: the time, and how many people."""

    def __init__(self, *, campaign_ramp: int) -> None:
        self.site = Site(batch_size=BATCH, campaign_ramp=campaign_ramp)
        self.site.sender.seconds = 0.1
        self.world = World(self.site.store)
        self.sent: list[tuple[float, int]] = []
        self.ramp_calls: Counter[str] = Counter()
        self._seed = 0

    def process(self) -> Process:
        self._seed += 1
        process = Process(self.site, seed=self._seed)
        process.dies_at = self._note
        return process

    async def begin(self) -> list[str]:
        uids = await self.world.service(people=PEOPLE)
        await self.world.campaign("c1")
        await self.site.queue.publish([CampaignQueued(campaign_id="c1")])
        return uids

    async def until(self, people: int) -> None:
        while sum(count for _, count in self.sent) < people:
            await asyncio.sleep(0.5)

    async def completed(self) -> CampaignStatus:
        while True:
            fields = self.site.store.document(paths.campaign_status("c1"))
            if fields is not None:
                status = CampaignStatus.parse(fields)
                if status.state is CampaignState.COMPLETED:
                    return status
            await asyncio.sleep(0.5)

    async def command(self, command: str) -> None:
        fields = self.site.store.document(paths.campaign("c1"))
        assert fields is not None
        await self.site.store.commit([Set(paths.campaign("c1"), fields | {"command": command})])
        await self.site.queue.publish([CampaignQueued(campaign_id="c1")])

    def messages(self) -> Counter[str]:
        chats = [path for path in self.site.store.paths() if path.startswith("chatMessages/")]
        return Counter(path.split("/")[1].partition(":")[0] for path in chats)

    def assert_within_the_ramp(self) -> None:
        begun, people = self.sent[0][0], 0
        for at, count in self.sent:
            people += count
            room = 10 * (at - begun + BURST_SECONDS) + BATCH
            assert people <= room, f"{people} after {at - begun:.1f} s, where {room:.0f} may be"

    def _note(self, call: PortCall) -> bool:
        if call.method == "commit":
            written = [write.path for write in call.arguments[0]]
            self.ramp_calls["writes"] += written.count(paths.campaign_ramp())
            if people := sum("/messages/" in path for path in written):
                self.sent.append((asyncio.get_running_loop().time(), people))
        if call.method == "get_many":
            self.ramp_calls["reads"] += list(call.arguments[0]).count(paths.campaign_ramp())
        return False


def test_two_workers_together_stay_within_the_ramp_and_reach_everybody_once() -> None:
    async def main() -> None:
        watched = Watched(campaign_ramp=RAMP)
        processes = [watched.process(), watched.process()]
        uids = await watched.begin()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await watched.until(PEOPLE // 3)
            processes[0].kill()
            processes.append(watched.process())
            status = await watched.completed()

        assert status.counts.sent == PEOPLE
        assert watched.messages() == Counter(dict.fromkeys(uids, 1))
        watched.assert_within_the_ramp()
        took = watched.sent[-1][0] - watched.sent[0][0]
        assert 57 <= took <= 120, "the death of a process costs what it had taken, and its leases"
        batches = PEOPLE // BATCH
        assert watched.ramp_calls["writes"] <= batches
        assert watched.ramp_calls["reads"] <= batches
        for process in processes[1:]:
            await process.stop()

    run_in_virtual_time(main())


def test_a_pause_begins_nothing_and_its_time_is_not_made_up_for() -> None:
    async def main() -> None:
        watched = Watched(campaign_ramp=RAMP)
        process = watched.process()
        await watched.begin()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await watched.until(PEOPLE // 3)
            await watched.command("pause")
            await asyncio.sleep(10)
            before = len(watched.sent)
            await asyncio.sleep(120)
            assert len(watched.sent) == before
            await watched.command("resume")
            await watched.completed()

        resumed = [(at, count) for at, count in watched.sent[before:]]
        watched.sent = watched.sent[:before]
        watched.assert_within_the_ramp()
        watched.sent = resumed
        watched.assert_within_the_ramp()
        await process.stop()

    run_in_virtual_time(main())


@pytest.mark.parametrize("ramp", [0, RAMP])
def test_without_a_ramp_its_document_is_neither_read_nor_written(ramp: int) -> None:
    async def main() -> None:
        watched = Watched(campaign_ramp=ramp)
        process = watched.process()
        await watched.begin()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await watched.completed()
        took = watched.sent[-1][0] - watched.sent[0][0]
        assert (watched.ramp_calls.total() == 0) == (ramp == 0)
        assert (took < 10) == (ramp == 0)
        await process.stop()

    run_in_virtual_time(main())
