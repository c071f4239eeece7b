"""The file by which `parley` finds a running stack."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.binaries import ROOT
from emulator.stack_state import RunningStack, announced, parse, running_stacks, state_file

LED = {"GCLOUD_PROJECT": "demo-parley", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080"}

ANNOUNCE_AND_WAIT = """
import sys
from pathlib import Path
from emulator.stack_state import announced
with announced(0, {}, Path(sys.argv[1])):
    print("announced", flush=True)
    sys.stdin.read()
"""


def test_a_stack_is_found_only_while_it_runs(tmp_path: Path) -> None:
    with announced(0, LED, tmp_path):
        assert state_file(0, tmp_path) == tmp_path / "stack.json"
        assert running_stacks(tmp_path) == [RunningStack(os.getpid(), 0, LED)]

    assert running_stacks(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_variables_of_a_stack_are_read_by_its_owner_alone(tmp_path: Path) -> None:
    with announced(0, LED | {"TWILIO_AUTH_TOKEN": "secret"}, tmp_path):
        assert state_file(0, tmp_path).stat().st_mode & 0o777 == 0o600


def test_two_stacks_beside_each_other_are_both_found(tmp_path: Path) -> None:
    with announced(3000, LED, tmp_path), announced(0, LED, tmp_path):
        assert [stack.offset for stack in running_stacks(tmp_path)] == [0, 3000]


def test_the_file_of_a_killed_process_is_stale_and_is_replaced(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ANNOUNCE_AND_WAIT, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"announced\n"
        assert [stack.pid for stack in running_stacks(tmp_path)] == [process.pid]
        process.kill()

    assert state_file(0, tmp_path).exists()
    assert running_stacks(tmp_path) == []
    with announced(0, LED, tmp_path):
        assert [stack.pid for stack in running_stacks(tmp_path)] == [os.getpid()]
    assert running_stacks(tmp_path) == []


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"pid": 1, "offset": 0, "environment": 3}'])
def test_a_foreign_file_is_ignored(text: str) -> None:
    assert parse(text) is None


def test_without_a_folder_nothing_runs(tmp_path: Path) -> None:
    assert running_stacks(tmp_path / "nowhere") == []
