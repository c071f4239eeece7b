"""Real children, real signals: nothing that a stack started may outlive it."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.process import Process, ProcessDied
from emulator.process_table import alive, descendants
from emulator.supervisor import Supervisor
from emulator.waiting import wait_until

# A child whose own child leaves the process group, as the Firebase CLI's Java processes do.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                         start_new_session=True)
print("child", child.pid, flush=True)
time.sleep(600)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


def started(tmp_path: Path, script: str, word: str) -> Process:
    process = Process("it", [sys.executable, "-c", script], log=tmp_path / "it.log")
    process.start()
    wait_until(lambda: word in process.said(), seconds=10, what="the child")
    return process


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Process]:
    process = started(tmp_path, PARENT, "child")
    yield process
    process.end(grace_seconds=2)


def test_ending_a_process_ends_a_grandchild_in_another_group(parent: Process) -> None:
    family = descendants([parent.pid])
    assert len(family) == 2
    parent.end()
    assert alive(family) == []


def test_a_grandchild_is_found_after_its_parent_was_killed(parent: Process) -> None:
    parent.remember_family()
    family = descendants([parent.pid])
    parent.signal(signal.SIGKILL)
    parent.wait()
    parent.end()
    assert alive(family) == []


def test_an_unseen_child_is_ended_after_its_parent_was_killed(tmp_path: Path) -> None:
    script = PARENT.replace("start_new_session=True", "start_new_session=False")
    process = started(tmp_path, script, "child")
    family = descendants([process.pid])
    assert len(family) == 2

    process.signal(signal.SIGKILL)
    process.wait()
    process.end()

    assert alive(family) == []


def test_a_process_that_ignores_the_signal_is_killed_after_the_grace(tmp_path: Path) -> None:
    process = started(tmp_path, DEAF, "deaf")
    process.end(grace_seconds=0.3)
    assert process.status == -signal.SIGKILL


def test_a_stopped_process_can_be_ended(parent: Process) -> None:
    parent.signal(signal.SIGSTOP)
    parent.end()
    assert not parent.running


def test_the_error_of_a_dead_process_has_the_end_of_its_log(tmp_path: Path) -> None:
    process = Process(
        "it", [sys.executable, "-c", "raise SystemExit('no luck')"], log=tmp_path / "l"
    )
    process.start()
    process.wait()
    with pytest.raises(ProcessDied, match="no luck"):
        process.require_running()


def test_a_killed_process_restarts_within_a_second_and_is_reported(parent: Process) -> None:
    said: list[str] = []
    supervisor = Supervisor([parent], restart=True, say=said.append)
    first = parent.pid
    family = descendants([first])
    # Before the supervisor does it in its own thread: of two at once the older look would win.
    supervisor.look_at_families()
    supervisor.start()
    try:
        parent.signal(signal.SIGKILL)
        wait_until(lambda: parent.pid != first and parent.running, seconds=1, what="the restart")
        assert any("starting it again" in line for line in said)
        assert alive(family) == []
    finally:
        supervisor.close()


def test_a_failed_follow_up_of_a_restart_is_retried(parent: Process) -> None:
    said: list[str] = []
    tries: list[int] = []

    def set_up() -> None:
        tries.append(parent.pid)
        if len(tries) < 2:
            raise TimeoutError("no answer yet")
        said.append("set up")

    supervisor = Supervisor([parent], restart=True, say=said.append)
    supervisor.on_restart[parent.name] = set_up
    supervisor.start()
    try:
        parent.signal(signal.SIGKILL)
        wait_until(lambda: "set up" in said, seconds=10, what="the second try")
        assert "it: no answer yet" in said
    finally:
        supervisor.close()


def test_a_failing_supervisor_reports_it_and_continues(parent: Process, tmp_path: Path) -> None:
    said: list[str] = []
    unreadable = Process("folder", ["true"], log=tmp_path)
    supervisor = Supervisor([unreadable, parent], restart=True, say=said.append)
    first = parent.pid
    supervisor.start()
    try:
        wait_until(lambda: any("IsADirectory" in line for line in said), seconds=10, what="a word")
        parent.signal(signal.SIGKILL)
        wait_until(lambda: parent.pid != first and parent.running, seconds=10, what="the restart")
    finally:
        supervisor.close()
