"""Emulators that all processes of one test run share.

The first process that asks starts one, under a file lock; the others read its address. pytest's
first process ends them, and each also watches that process, so that a killed run leaves none.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.binaries import ROOT
from emulator.ports import HOST, free_port
from emulator.process_table import send

SESSION_VARIABLE = "PARLEY_TEST_SESSION"
VENDOR_VARIABLES = {
    "firestore": "FIRESTORE_EMULATOR_HOST",
    "pubsub": "PUBSUB_EMULATOR_HOST",
}


class EmulatorMissing(Exception):
    """The emulator could not be started; the message says what it said."""


def open_session() -> None:
    """Called once, by pytest's first process; its children find the folder by the variable."""
    folder = Path(tempfile.mkdtemp(prefix="parley-tests-"))
    (folder / "guardian").write_text(str(os.getpid()))
    os.environ[SESSION_VARIABLE] = str(folder)


def close_session() -> None:
    """End every emulator of this run."""
    folder = Path(os.environ.pop(SESSION_VARIABLE))
    for process in folder.glob("*.pid"):
        send(int(process.read_text()), signal.SIGTERM)
    shutil.rmtree(folder)


def shared_emulator(kind: str) -> str:
    """The `host:port` of the run's emulator; one that already runs, by the vendor's variable."""
    if running := os.environ.get(VENDOR_VARIABLES[kind]):
        return running
    folder = Path(os.environ[SESSION_VARIABLE])
    address = folder / f"{kind}.address"
    with locked(folder / f"{kind}.lock"):
        if not address.exists():
            address.write_text(start(kind, folder))
    return address.read_text()


def start(kind: str, folder: Path) -> str:
    """Start a guarded emulator and answer its address when it is ready."""
    port = free_port()
    guardian = (folder / "guardian").read_text()
    command = [sys.executable, "-m", "emulator.single", kind]
    log = folder / f"{kind}.log"
    with log.open("w") as problems:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--while", guardian],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=problems,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        with process.stdout:
            said = process.stdout.readline()
    if said.strip() != "ready":
        process.wait()
        last = [line for line in log.read_text().splitlines() if line.strip()][-1:]
        raise EmulatorMissing(f"No {kind} emulator: {' '.join(last)}")
    (folder / f"{kind}.pid").write_text(str(process.pid))
    # It outlives this process on purpose; its end is the guardian's matter, not this object's.
    process.returncode = 0
    return f"{HOST}:{port}"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock among the processes of this run."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
