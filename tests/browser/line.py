"""A line to Firestore that a test can cut."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.node_tools import ROOT


class Line:
    """The proxy in front of Firestore, in a process of its own."""

    def __init__(self, program: Path, target: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(program), target],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._hear())

    def tell(self, command: str) -> None:
        """`cut`, `restore` or `loseAnswers`; it is done when this returns."""
        assert self._process.stdin is not None
        print(command, file=self._process.stdin, flush=True)
        assert self._hear() == "done"

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
