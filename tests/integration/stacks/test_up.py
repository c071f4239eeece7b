"""`make up` as it is run, by real signals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.binaries import ROOT, find_firestore, find_pubsub
from emulator.found import NotFound
from emulator.ports import OFFSET_VARIABLE, Ports, free_offset, is_free
from emulator.process import Process
from emulator.process_table import alive, child_on_port, descendants
from emulator.stack_state import state_file
from emulator.waiting import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SECONDS = 300.0


@pytest.fixture
def ports() -> Ports:
    return Ports.at(free_offset())


@pytest.fixture
def up(ports: Ports, tmp_path: Path) -> Iterator[Process]:
    try:
        find_firestore(), find_pubsub()
    except NotFound as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    process = Process(
        "up",
        [sys.executable, "-m", "emulator", "up"],
        log=tmp_path / "up.log",
        environment={OFFSET_VARIABLE: str(ports.hub - Ports().hub), "WORKERS": "0"},
        cwd=ROOT,
        stop_signal=signal.SIGINT,
    )
    process.start()
    try:
        wait_until(lambda: says(process, "Ctrl-C ends it"), seconds=SECONDS, what="Parley is up")
        yield process
    finally:
        process.end(grace_seconds=30)


def says(process: Process, words: str) -> bool:
    process.require_running()
    return words in process.said()


def parley(*command: str, offset: int) -> subprocess.CompletedProcess[str]:
    """The command as it is typed beside a running stack, with nothing that leads there."""
    led = ("GCLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT", "_EMULATOR_HOST", "PARLEY_")
    environment = {name: value for name, value in os.environ.items() if not name.endswith(led)}
    return subprocess.run(
        [str(Path(sys.executable).parent / "parley"), *command],
        env={**environment, OFFSET_VARIABLE: str(offset)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def test_ctrl_c_during_a_restart_leaves_nothing_behind(up: Process, ports: Ports) -> None:
    offset = ports.hub - Ports().hub
    assert re.search(r"^Parley is up$", up.said(), re.MULTILINE)
    found = parley("provision", "--json", offset=offset)
    assert found.returncode == 0, found.stderr
    assert {row["outcome"] for row in json.loads(found.stdout)} == {"unchanged"}
    assert f"parley: on the local stack at 127.0.0.1:{ports.firestore}" in found.stderr
    family = descendants([up.pid])
    pubsub = child_on_port(up.pid, ports.pubsub)
    assert pubsub is not None

    os.kill(pubsub, signal.SIGKILL)
    wait_until(lambda: says(up, "pubsub emulator died"), seconds=SECONDS, what="word of the death")
    up.signal(signal.SIGINT)
    family |= descendants([up.pid])

    assert up.wait(seconds=60) == 0
    assert alive(family) == []
    assert all(is_free(port) for port in (ports.firestore, ports.pubsub, ports.hub, ports.fcm))
    assert not state_file(offset).exists()
    gone = parley("provision", offset=offset)
    assert (gone.returncode, "runs in this checkout" in gone.stderr) == (1, True)
