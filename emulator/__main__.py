"""`python -m emulator up | demo`: run the local stack in the foreground, or the demo."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from emulator import demo, sign_ins
from emulator.firebase_cli import FunctionsFailed
from emulator.found import NotFound
from emulator.ports import PortsTaken, offset_from
from emulator.process import ProcessDied
from emulator.stack import Stack
from emulator.stack_state import announced, running_stacks
from emulator.twilio.account import MADE_UP_TOKEN

WORKERS_VARIABLE = "PARLEY_WORKERS"
TOLD = (
    "GCLOUD_PROJECT",
    "FIRESTORE_EMULATOR_HOST",
    "PUBSUB_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "PARLEY_FUNCTIONS_URL",
    "PARLEY_FCM_URL",
    "PARLEY_PUBLIC_URL",
    "PARLEY_SMTP_URL",
    "PARLEY_TWILIO_URL",
    "STORAGE_EMULATOR_HOST",
    "PARLEY_STORAGE_BUCKET",
)
"""The variables that lead to a running stack, all that workers and commands need."""
ACCOUNT = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
"""Told only of the stand-in's own account: another one is in the environment, and is a secret."""


def stack_from_environment() -> Stack:
    """Return a stack with the offset and the number of workers of the environment.

    As in production, campaigns have processes of their own.
    """
    leave_out = os.environ.get("WORKERS", "") == "0"
    workers = 0 if leave_out else int(os.environ.get(WORKERS_VARIABLE, "") or "1")
    return Stack(
        offset=offset_from(),
        workers=workers,
        campaigns_apart=True,
        restart=True,
        say=say,
        seed=sign_ins.settle,
    )


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Start a stack, print its addresses, and let `parley` find it while the context is open."""
    with (
        stack_from_environment() as stack,
        announced(stack.offset, announced_variables(stack.environment)),
    ):
        print_table(stack)
        yield stack


def announced_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what is told of a stack's environment, to people and to commands."""
    is_made_up = environment["TWILIO_AUTH_TOKEN"] == MADE_UP_TOKEN
    names = (*TOLD, *ACCOUNT) if is_made_up else TOLD
    return {name: environment[name] for name in names}


def up() -> int:
    """Run until a signal stops it."""
    with running_stack():
        threading.Event().wait()
    return 0


def play_demo() -> int:
    """Play the scenario and return its exit status."""
    return demo.run(running_stack, say)


def print_table(stack: Stack) -> None:
    """Print the address of each part."""
    width = max(map(len, stack.addresses))
    say("\nParley is up")
    for name, address in stack.addresses.items():
        say(f"  {name:<{width}}  {address}")
    say(f"  {'workers':<{width}}  {len(stack.workers)}")
    print_pages(f"http://localhost:{stack.ports.hosting}")
    say("In another terminal, .venv/bin/parley finds it. For workers and other programs:")
    say(
        "  export "
        + " ".join(
            f"{name}={value}" for name, value in announced_variables(stack.environment).items()
        )
    )
    say("Edits of functions/ are loaded at once; after edits of parley/ or schema/, restart it.")
    say("Ctrl-C ends it.\n")


def print_pages(site: str) -> None:
    """Print the pages, and who may sign in there."""
    say("Pages, and the ready-made sign-ins:")
    for name, page in (("dashboard", "/"), ("chat", "/chat/"), ("demo", "/demo/")):
        say(f"  {name:<10} {site}{page}")
    for row in sign_ins.rows():
        say(f"  {row}")


def stop(number: int, frame: FrameType | None) -> None:
    # A second signal must not interrupt the shutdown of the children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run one command; print errors as sentences, without a traceback."""
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
