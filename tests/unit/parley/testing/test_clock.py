from datetime import timedelta

import pytest

from parley.testing.clock import FixedClock, SequentialIds


async def test_sleeping_takes_no_time_but_the_clocks_own() -> None:
    clock = FixedClock()
    before = clock.now()
    await clock.sleep(3_600)
    clock.advance(0.5)
    assert clock.now() - before == timedelta(seconds=3_600.5)


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="back"):
        FixedClock().advance(-1)


def test_ids_are_of_firestores_shape_and_the_same_at_every_run() -> None:
    ids = SequentialIds()
    drawn = [ids.new_id() for _ in range(3)]
    assert drawn == [f"id{number:018d}" for number in (1, 2, 3)]
    assert all(len(one) == 20 and one.isalnum() for one in drawn)
