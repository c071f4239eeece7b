"""The state file by which `parley` finds a running stack: `.parley/stack.json`.

The process that runs the stack holds a lock on its file. So the file of a killed process is known
to be stale, even if its process id is in use again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from emulator.binaries import STATE


@dataclass(frozen=True)
class RunningStack:
    """A running stack of this checkout, and the variables that lead to it."""

    pid: int
    offset: int
    environment: Mapping[str, str]


def state_file(offset: int, folder: Path = STATE) -> Path:
    """Return the state file of a stack with this offset; two may run side by side."""
    return folder / ("stack.json" if offset == 0 else f"stack-{offset}.json")


@contextmanager
def announced(offset: int, environment: Mapping[str, str], folder: Path = STATE) -> Iterator[None]:
    """Announce a stack while the context is open and this process lives."""
    path = state_file(offset, folder)
    folder.mkdir(parents=True, exist_ok=True)
    # Locked before it is moved into place: a reader finds no file, or a complete, locked one.
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    # The account of a provider may be among the variables, so nobody else reads the file.
    fresh.touch(mode=0o600)
    with fresh.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        told = {"pid": os.getpid(), "offset": offset, "environment": dict(environment)}
        file.write(json.dumps(told, indent=2) + "\n")
        file.flush()
        fresh.replace(path)
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                    path.unlink()


def running_stacks(folder: Path = STATE) -> list[RunningStack]:
    """Return the running stacks of this checkout, lowest offset first."""
    found = []
    for path in folder.glob("stack*.json"):
        with suppress(FileNotFoundError), path.open() as file:
            if is_held(file) and (stack := parse(file.read())):
                found.append(stack)
    return sorted(found, key=lambda stack: stack.offset)


def is_held(file: IO[Any]) -> bool:
    """Return whether a living process holds the file's lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def parse(text: str) -> RunningStack | None:
    """Parse a state file; return None for the format of another version."""
    try:
        told = json.loads(text)
        environment = {str(name): str(value) for name, value in told["environment"].items()}
        return RunningStack(int(told["pid"]), int(told["offset"]), environment)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
