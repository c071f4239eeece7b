"""Run the demo: the scenario with real clients, on a stack of its own.

The scenario is `emulator/demo/main.mjs`. It gets the stack's addresses in its environment, and its
exit status is the demo's.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

from emulator.stack import Stack

SCENARIO = "emulator/demo/main.mjs"
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
    """Play the scenario and return its exit status."""
    environment = {**os.environ, **stack.environment, "PARLEY_PYTHON": sys.executable}
    return subprocess.call(["node", SCENARIO], cwd=stack.root, env=environment)


def is_interactive() -> bool:
    """Return whether to keep the stack up: in a terminal, without `ONCE`."""
    return sys.stdout.isatty() and os.environ.get("ONCE", "") not in ("1", "true", "yes")
