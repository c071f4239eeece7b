"""`python -m emulator up | demo`: the local stack in the foreground, alone or with the scenario."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from emulator import demo
from emulator.firebase_cli import FunctionsFailed
from emulator.found import NotFound
from emulator.ports import PortsTaken, offset_from
from emulator.process import ProcessDied
from emulator.stack import Stack
from emulator.stack_state import announced, running_stacks

WORKERS_VARIABLE = "PARLEY_WORKERS"
TOLD = (
    "GCLOUD_PROJECT",
    "FIRESTORE_EMULATOR_HOST",
    "PUBSUB_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "PARLEY_FUNCTIONS_URL",
    "PARLEY_FCM_URL",
)
"""The variables that lead to a running stack from elsewhere."""


def stack_from_environment() -> Stack:
    """The stack that the environment describes: offset, number of workers."""
    leave_out = os.environ.get("WORKERS", "") == "0"
    workers = 0 if leave_out else int(os.environ.get(WORKERS_VARIABLE, "") or "1")
    return Stack(offset=offset_from(), workers=workers, restart=True, say=say)


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def running_stack() -> Iterator[Stack]:
    """A stack that is up, told on the terminal, and found by `parley` while it lasts."""
    with stack_from_environment() as stack, announced(stack.offset, told_of(stack)):
        print_table(stack)
        yield stack


def told_of(stack: Stack) -> dict[str, str]:
    return {name: stack.environment[name] for name in TOLD}


def up() -> int:
    """Run until told to stop."""
    with running_stack():
        threading.Event().wait()
    return 0


def play_demo() -> int:
    """Play the scenario; its exit status is ours."""
    return demo.run(running_stack, say)


def print_table(stack: Stack) -> None:
    """Where everything is."""
    width = max(map(len, stack.addresses))
    say("\nParley is up")
    for name, address in stack.addresses.items():
        say(f"  {name:<{width}}  {address}")
    say(f"  {'workers':<{width}}  {len(stack.workers)}")
    say("In another terminal .venv/bin/parley finds it by itself. For workers and other programs:")
    say("  export " + " ".join(f"{name}={value}" for name, value in told_of(stack).items()))
    say("An edit of functions/ is loaded at once; for one of parley/ or schema/ start again.")
    say("Ctrl-C ends it.\n")


def stop(number: int, frame: FrameType | None) -> None:
    # A second signal must not break off the ending of the children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run one command; what goes wrong is said in a sentence, not in a traceback."""
    commands: dict[str, Callable[[], int]] = {"up": up, "demo": play_demo}
    if len(arguments) != 1 or arguments[0] not in commands:
        say("usage: python -m emulator up | demo")
        return 2
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        return commands[arguments[0]]()
    except KeyboardInterrupt:
        say("Stopped.")
        return 0
    except PortsTaken as error:
        say(str(error))
        for stack in running_stacks():
            say(f"A stack of this checkout runs already, with offset {stack.offset}: {stack.pid}.")
        return 1
    except (NotFound, ProcessDied, FunctionsFailed, TimeoutError, ValueError) as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
