from datetime import timedelta

import pytest

from parley.testing.clock import FixedClock, SequentialIds


async def test_sleeping_moves_only_the_clock() -> None:
    clock = FixedClock()
    before = clock.now()
    await clock.sleep(3_600)
    clock.advance(0.5)
    assert clock.now() - before == timedelta(seconds=3_600.5)


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="back"):
        FixedClock().advance(-1)


def test_ids_have_firestores_form_and_repeat_in_every_run() -> None:
    ids = SequentialIds()
    drawn = [ids.new_id() for _ in range(3)]
    assert drawn == [f"id{number:018d}" for number in (1, 2, 3)]
    assert all(len(one) == 20 and one.isalnum() for one in drawn)
