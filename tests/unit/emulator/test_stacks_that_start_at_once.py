"""Stacks of one machine start one after the other, and the one that waits says so."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from emulator.firebase_cli import one_at_a_time


class Ended(Exception):
    """Ends the wait, as a signal does."""


def test_a_stack_that_waits_for_another_says_so_once(tmp_path: Path) -> None:
    said: list[str] = []
    looks = count()

    def end_at_the_third_look() -> None:
        if next(looks) == 2:
            raise Ended

    def never() -> None:
        """The first one waits for nobody."""

    with one_at_a_time(never, said.append, tmp_path):
        assert said == []
        with (
            pytest.raises(Ended),
            one_at_a_time(end_at_the_third_look, said.append, tmp_path),
        ):
            pass

    assert len(said) == 1
    assert "another stack" in said[0]
    with one_at_a_time(never, said.append, tmp_path):
        assert len(said) == 1
