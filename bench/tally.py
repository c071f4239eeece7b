"""What has been handled, told by a process to the one that measures it.

Eight bytes for each message, appended to a file: a call of the system costs two microseconds, is
whole in any number of threads and processes, and needs no library. Rivals run where Parley's
packages are not installed, so this module has the standard library alone.
"""

from __future__ import annotations

import os
from pathlib import Path

TALLY = "BENCH_TALLY"
"""The variable that names the file."""

_BYTES = 8


class Tally:
    """Notes the number of each message that was handled."""

    def __init__(self) -> None:
        self._file = os.open(os.environ[TALLY], os.O_WRONLY | os.O_APPEND)

    def note(self, number: int) -> None:
        """Note one message."""
        os.write(self._file, number.to_bytes(_BYTES, "little"))


class ReadTally:
    """Reads a tally as it grows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()
        self._read = 0
        self.seen: set[int] = set()
        self.repeats = 0

    def look(self) -> int:
        """Read on; return how many different messages were handled so far."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            more = file.read()
        whole = len(more) - len(more) % _BYTES
        self._read += whole
        for start in range(0, whole, _BYTES):
            number = int.from_bytes(more[start : start + _BYTES], "little")
            self.repeats += number in self.seen
            self.seen.add(number)
        return len(self.seen)
