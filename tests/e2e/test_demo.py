"""The demo's scenario, by the client library under the real rules, on the real stack.

It is played once; that it passes again on the same stack is not tried.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from emulator.bundles import bundle
from emulator.demo import SCENARIO
from emulator.stack import Stack

SECONDS = 420


def test_the_demo_passes_though_a_worker_is_killed_at_its_beginning(stack: Stack) -> None:
    stack.workers[0].signal(signal.SIGKILL)

    played = play(stack)

    assert played.returncode == 0, played.stdout + played.stderr
    assert "as expected" in played.stdout


def play(stack: Stack) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        **stack.environment,
        "PARLEY_PYTHON": sys.executable,
        "DEMO_PEOPLE": "150",
    }
    return subprocess.run(
        ["node", str(bundle(SCENARIO))],
        cwd=stack.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
