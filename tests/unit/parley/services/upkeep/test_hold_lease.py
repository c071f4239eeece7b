"""One process at a time holds the upkeep lease, whatever its clock says."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Literal

import pytest

from parley.domain.upkeep.lease_claims import LEASE
from parley.errors import CommitOutcomeUnknown, StoreUnavailable
from parley.services.upkeep.hold_lease import JITTER_SECONDS, RENEW_SECONDS
from parley.store import SERVER_TIME, Delete, Increment, Update
from parley.testing.clock import START
from parley.testing.faults import failing
from parley.testing.virtual_time import VirtualTimeLoop, run_in_virtual_time
from schema import paths
from schema.upkeep_leases import lease_patch
from tests.unit.parley.services.upkeep.upkeep_processes import Site, UpkeepProcess

LEASE_SECONDS = LEASE.total_seconds()
TAKE_OVER_SECONDS = LEASE_SECONDS + JITTER_SECONDS


def holders(*processes: UpkeepProcess) -> int:
    return sum(process.lease.token is not None for process in processes)


def test_one_of_many_processes_holds_it_all_the_time() -> None:
    async def main() -> None:
        site = Site()
        processes = [UpkeepProcess(site, f"p{number}") for number in range(5)]
        await asyncio.sleep(1)
        for _ in range(600):
            assert holders(*processes) == 1
            await asyncio.sleep(1)

        (name,) = site.who_ran_since(0)
        lease = site.store.document(paths.upkeep_lease()) or {}
        assert (lease["holder"], lease["token"]) == (name, 1)

    run_in_virtual_time(main())


@pytest.mark.parametrize("seconds_held", [0.5, 4.9, 5.1, 33.3])
def test_another_takes_over_within_20_seconds_of_a_kill(seconds_held: float) -> None:
    async def main() -> None:
        site = Site()
        killed = UpkeepProcess(site, "a")
        await asyncio.sleep(0.1)
        for name in ("b", "c", "d"):
            UpkeepProcess(site, name)
        await asyncio.sleep(seconds_held)
        killed.kill()
        died_at = asyncio.get_running_loop().time()
        await asyncio.sleep(TAKE_OVER_SECONDS + 1)

        takeover = [when for when, name, _ in site.passes if name != "a"]
        assert takeover[0] - died_at <= TAKE_OVER_SECONDS
        assert takeover[-1] - takeover[0] >= len(takeover) - 1.01, "one process makes all passes"
        assert (site.store.document(paths.upkeep_lease()) or {})["token"] == 2

    run_in_virtual_time(main())


def test_a_holder_that_drains_leaves_it_to_the_next_that_asks() -> None:
    async def main() -> None:
        site = Site()
        first = UpkeepProcess(site, "a")
        await asyncio.sleep(2.5)
        await first.drain()
        assert first.lease.now() is None

        UpkeepProcess(site, "b")
        await asyncio.sleep(0.1)

        assert site.who_ran_since(2.5) == {"b"}

    run_in_virtual_time(main())


def test_a_process_that_was_stopped_makes_no_pass_after_it_wakes_up() -> None:
    async def main() -> None:
        site = Site()
        stopped = UpkeepProcess(site, "a", period=0.01)
        await asyncio.sleep(2)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        count = len(site.passes)
        # The loop does not run meanwhile, as at SIGSTOP; the store goes on.
        loop._advance(LEASE_SECONDS)
        other = lease_patch(token=2, holder="b", renewals=Increment(1), renewed_at=SERVER_TIME)
        await site.store.commit([Update(paths.upkeep_lease(), other)])
        await asyncio.sleep(LEASE_SECONDS - 1)

        assert len(site.passes) == count
        assert stopped.lease.token is None
        await asyncio.sleep(TAKE_OVER_SECONDS)
        assert (site.store.document(paths.upkeep_lease()) or {})["token"] == 3

    run_in_virtual_time(main())


def test_a_holder_that_slept_through_its_term_alone_gets_a_new_token() -> None:
    async def main() -> None:
        site = Site()
        UpkeepProcess(site, "a")
        await asyncio.sleep(2)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        loop._advance(600)
        await asyncio.sleep(0.1)

        assert (site.store.document(paths.upkeep_lease()) or {})["token"] == 2
        assert site.who_ran_since(602) == {"a"}

    run_in_virtual_time(main())


@pytest.mark.parametrize("ahead", [-3_600.0, -15.0, 15.0, 3_600.0])
def test_a_pass_is_told_the_time_of_the_store(ahead: float) -> None:
    async def main() -> None:
        site = Site()
        UpkeepProcess(site, "a", ahead=ahead)
        await asyncio.sleep(60)

        for when, _, told in site.passes:
            assert told - START - timedelta(seconds=when) < timedelta(milliseconds=1)

    run_in_virtual_time(main())


@pytest.mark.parametrize("ahead", [-3_600.0, 3_600.0])
def test_a_process_with_a_wrong_clock_takes_nothing_from_the_holder(ahead: float) -> None:
    async def main() -> None:
        site = Site()
        holder = UpkeepProcess(site, "a")
        await asyncio.sleep(0.1)
        wrong = UpkeepProcess(site, "b", ahead=ahead)
        for _ in range(250):
            assert (holders(holder), holders(wrong)) == (1, 0)
            await asyncio.sleep(1)

    run_in_virtual_time(main())


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", [0.0, 2.0])
def test_a_claim_or_renewal_without_an_answer_is_read_back(
    moment: Literal["before", "after"], at: float
) -> None:
    async def main() -> None:
        site = Site()
        process = UpkeepProcess(site, "a")
        await asyncio.sleep(at)
        site.store.faults.append(failing(CommitOutcomeUnknown("lost"), moment=moment))
        await asyncio.sleep(60)

        assert process.lease.token == 1
        assert len(site.passes) >= 60, "no pass was left out"

    run_in_virtual_time(main())


def test_a_holder_that_cannot_renew_stops_before_another_may_claim() -> None:
    async def main() -> None:
        site = Site()
        UpkeepProcess(site, "a", period=0.01)
        await asyncio.sleep(RENEW_SECONDS - 1)
        site.store.faults.append(failing(StoreUnavailable("away"), times=99))
        await asyncio.sleep(60)

        assert LEASE_SECONDS - 0.1 < site.passes[-1][0] < LEASE_SECONDS
        site.store.faults.clear()
        await asyncio.sleep(JITTER_SECONDS)
        assert site.who_ran_since(60) == {"a"}

    run_in_virtual_time(main())


def test_a_lease_that_was_deleted_or_cannot_be_read_is_claimed_anew() -> None:
    async def main() -> None:
        site = Site()
        UpkeepProcess(site, "a")
        await asyncio.sleep(2)
        await site.store.commit([Delete(paths.upkeep_lease())])
        await asyncio.sleep(RENEW_SECONDS)
        assert (site.store.document(paths.upkeep_lease()) or {})["token"] == 1

        await site.store.commit([Update(paths.upkeep_lease(), {"token": "seven"})])
        await asyncio.sleep(RENEW_SECONDS)
        assert (site.store.document(paths.upkeep_lease()) or {})["token"] == 1
        assert site.who_ran_since(7) == {"a"}

    run_in_virtual_time(main())


def test_waiting_processes_do_not_ask_together() -> None:
    async def main() -> None:
        site = Site()
        UpkeepProcess(site, "holder")
        await asyncio.sleep(0.1)
        asked: list[float] = []
        loop = asyncio.get_running_loop()
        site.store.faults.append(
            lambda call: asked.append(loop.time()) if call.operation == "get_many" else None
        )
        for number in range(20):
            UpkeepProcess(site, f"p{number}")
        await asyncio.sleep(1 + TAKE_OVER_SECONDS)

        later = {round(at, 1) for at in asked if at > 1}
        assert len(later) > 10

    run_in_virtual_time(main())
