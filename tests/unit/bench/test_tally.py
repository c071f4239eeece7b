"""What a process says that it handled is read as it grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.tally import TALLY, ReadTally, Tally


def test_messages_are_counted_once_and_repeats_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ReadTally(tmp_path / "tally")
    monkeypatch.setenv(TALLY, str(read.path))
    one, another = Tally(), Tally()
    one.note(1)
    another.note(2)
    assert read.look() == 2
    one.note(2)
    one.note(70_000)
    assert (read.look(), read.repeats) == (3, 1)
    assert read.seen == {1, 2, 70_000}


def test_half_a_number_waits_for_its_other_half(tmp_path: Path) -> None:
    read = ReadTally(tmp_path / "tally")
    number = (5).to_bytes(8, "little")
    with read.path.open("ab") as file:
        file.write(number[:3])
        file.flush()
        assert read.look() == 0
        file.write(number[3:])
    assert read.look() == 1
