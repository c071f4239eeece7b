"""A batch that can never be sent is parked; everybody else of its campaign gets the message."""

from __future__ import annotations

import asyncio
import re

from parley.testing.faults import StoreCall
from parley.testing.virtual_time import run_in_virtual_time
from schema import paths
from schema.batches import Batch
from schema.campaign_status import CampaignStatus
from schema.dead_letters import DeadLetter
from schema.events import CampaignQueued
from schema.reasons import CampaignState
from tests.unit.workers.worker_processes import PortCall, Process, Site
from tests.world import World

PEOPLE = 200
BATCH = 40
PATIENCE_SECONDS = 7_200


def documents(site: Site, collection: str) -> dict[str, dict[str, object]]:
    """Return the documents directly below a path, by path."""
    found = [path for path in site.store.paths() if path.startswith(f"{collection}/")]
    return {path: site.store.document(path) or {} for path in found}


def test_a_batch_that_fails_each_time_is_parked_and_the_rest_goes_on() -> None:
    async def main() -> None:
        site = Site(batch_size=BATCH)
        site.sender.seconds = 1.0
        poisoned: list[str] = []
        attempts = 0

        def fault(call: StoreCall) -> None:
            nonlocal attempts
            batches = [
                one.path
                for one in call.writes
                if "/batches/" in one.path and len(call.writes) > BATCH
            ]
            if call.moment == "before" and batches:
                poisoned[:] = poisoned or batches[:1]
                if batches[0] == poisoned[0]:
                    attempts += 1
                    raise KeyError("a fault in the code")

        world = World(site.store)
        await world.service(people=PEOPLE)
        await world.campaign("c1")
        site.store.faults.append(fault)
        process = Process(site, seed=1)
        await site.queue.publish([CampaignQueued(campaign_id="c1")])
        status = None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while status is None or not status.state.is_final:
                await asyncio.sleep(1)
                fields = site.store.document(paths.campaign_status("c1"))
                status = CampaignStatus.parse(fields) if fields is not None else None

        assert status.state is CampaignState.COMPLETED_WITH_ERRORS
        assert (status.counts.sent, status.counts.failed) == (PEOPLE - BATCH, BATCH)
        assert status.failed_by == {"givenUp": BATCH}
        (letter,) = documents(site, paths.DEAD_LETTERS).values()
        parked = DeadLetter.parse(letter)
        assert (parked.queue, parked.error.code, parked.service_id) == (
            "campaign-batches",
            "exhausted",
            "acme",
        )
        assert re.fullmatch(r"KeyError in \w+\.py:\d+", parked.error.message), "its place, no text"
        assert parked.payload["batchId"] == paths.last_segment(poisoned[0])
        ended = Batch.parse(site.store.document(poisoned[0]) or {})
        assert {one.state for one in ended.recipients.values()} == {"failed"}

        before, letters = attempts, documents(site, paths.DEAD_LETTERS)
        await asyncio.sleep(1_800)
        assert attempts == before, "no sweep brings back what was parked"
        assert documents(site, paths.DEAD_LETTERS) == letters
        await process.stop()

    run_in_virtual_time(main())


def test_a_batch_that_kills_its_worker_each_time_is_parked_once_and_never_comes_back() -> None:
    async def main() -> None:
        site = Site(batch_size=BATCH)
        poisoned: list[str] = []
        world = World(site.store)
        await world.service(people=PEOPLE)
        await world.campaign("c1")
        kills, job = 0, paths.campaign("c1")

        def is_planned(batch: str) -> bool:
            return (site.store.document(batch) or {}).get("state") == "planned"

        def dies_at(call: PortCall) -> bool:
            nonlocal kills
            # What a worker reads before it writes a batch.
            found = [*call.arguments[0]] if call.method == "get_many" else []
            is_batch = len(found) == 2 and found[0] == job and "/batches/" in found[1]
            poisoned[:] = poisoned or found[1:] if is_batch else poisoned
            is_poison = is_batch and found[1:] == poisoned and is_planned(poisoned[0])
            kills += is_poison
            return is_poison

        def parked() -> dict[str, dict[str, object]]:
            return documents(site, paths.DEAD_LETTERS)

        process = Process(site, seed=1)
        process.dies_at = dies_at
        await site.queue.publish([CampaignQueued(campaign_id="c1", service_id="acme")])
        lived = 0
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not parked() or lived < 1_800:
                await asyncio.sleep(1)
                lived += 1
                if process.death.is_set():
                    lived = 0
                    process = Process(site, seed=2 + kills)
                    process.dies_at = dies_at

        (letter,) = parked().values()
        assert DeadLetter.parse(letter).error.code == "poison"
        assert kills <= 6
        fields = site.store.document(paths.campaign_status("c1"))
        status = CampaignStatus.parse(fields or {})
        assert (status.counts.sent, status.counts.failed) == (PEOPLE - BATCH, BATCH)
        await process.stop()

    run_in_virtual_time(main())
