"""What was found, kept on disk: an interrupted hunt goes on where it was."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.rules_quality.hunt import Found
from tests.rules_quality.trying import Verdict


@dataclass(frozen=True)
class Entry:
    """One mutant's verdict, and of which rules and tests it holds."""

    name: str
    line: int
    verdict: str
    test: str
    tests_run: int
    state: str


class Journal:
    """A file with one entry a line; the last of a name counts."""

    def __init__(self, path: Path, state: str) -> None:
        self._path = path
        self._state = state

    def begin_anew(self) -> None:
        self._path.unlink(missing_ok=True)

    def add(self, found: Found) -> Entry:
        mutant, test = found.mutant, found.test
        entry = Entry(
            mutant.name, mutant.line, found.verdict.value, test, found.tests_run, self._state
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(entry)) + "\n")
        return entry

    def known(self) -> dict[str, Entry]:
        """Entries that still hold, by the mutant's name: those of these very rules and tests."""
        return {entry.name: entry for entry in self._entries() if entry.state == self._state}

    def survivors(self) -> set[str]:
        """The names of those that were not killed when last tried, whatever has changed since."""
        last = {entry.name: entry.verdict for entry in self._entries()}
        return {name for name, verdict in last.items() if verdict != Verdict.KILLED.value}

    def killers(self) -> dict[str, str]:
        """The test that each mutant was last killed by, whatever has changed since."""
        killed = Verdict.KILLED.value
        return {entry.name: entry.test for entry in self._entries() if entry.verdict == killed}

    def _entries(self) -> Iterator[Entry]:
        if self._path.exists():
            for line in self._path.read_text().splitlines():
                yield Entry(**json.loads(line))


def state_of(*paths: Path) -> str:
    """A hash of these files and of all Python files below these folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
