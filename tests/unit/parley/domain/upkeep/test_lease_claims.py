from __future__ import annotations

from datetime import timedelta

import pytest

from parley.domain.upkeep.lease_claims import LEASE, Free, Own, Taken, judge_lease
from parley.testing.clock import START
from schema.upkeep_leases import UpkeepLease

HELD = UpkeepLease(token=7, holder="a")
RELEASED = UpkeepLease(token=7, holder=None)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("lease", "process", "age", "judged"),
    [
        (None, "b", timedelta(), Free(1)),
        (HELD, "b", timedelta(), Taken(LEASE)),
        (HELD, "b", LEASE - MOMENT, Taken(MOMENT)),
        (HELD, "b", LEASE, Free(8)),
        (HELD, "a", timedelta(), Own(7)),
        (HELD, "a", LEASE - MOMENT, Own(7)),
        (HELD, "a", LEASE, Free(8)),
        (RELEASED, "a", timedelta(), Free(8)),
        (RELEASED, "b", timedelta(), Free(8)),
    ],
)
def test_a_lease_is_free_when_it_expired_or_was_released(
    lease: UpkeepLease | None, process: str, age: timedelta, judged: Free | Own | Taken
) -> None:
    assert judge_lease(lease, written_at=START, read_at=START + age, process=process) == judged
