"""Run the demo: the scenario with real clients, on a stack of its own.

The scenario is `emulator/demo/main.ts`, on the client library. It gets the stack's addresses in its
environment. Its exit status is the demo's.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

from emulator.binaries import ROOT
from emulator.bundles import bundle
from emulator.stack import Stack

SCENARIO = ROOT / "emulator" / "demo" / "main.ts"
Say = Callable[[str], None]


def run(running_stack: Callable[[], AbstractContextManager[Stack]], say: Say) -> int:
    """Start the stack, play the scenario, and keep the stack up in a terminal."""
    with running_stack() as stack:
        status = play(stack)
        say("The demo passed." if status == 0 else f"The demo failed with status {status}.")
        if is_interactive():
            say("The stack stays up; Ctrl-C ends it.")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    return status


def play(stack: Stack) -> int:
    """Play the scenario; return its exit status."""
    environment = {**os.environ, **stack.environment, "PARLEY_PYTHON": sys.executable}
    return subprocess.call(["node", str(bundle(SCENARIO))], cwd=stack.root, env=environment)


def is_interactive() -> bool:
    """Return whether to keep the stack up: in a terminal, without `ONCE`."""
    return sys.stdout.isatty() and os.environ.get("ONCE", "") not in ("1", "true", "yes")
