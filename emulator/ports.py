"""The port of each part of the local stack.

`PARLEY_PORT_OFFSET` moves all of them by the same amount, so that two checkouts can run side by
side. An offset is refused if it leads any part to a port that fetch refuses, even if that part does
not run.
"""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from parley.blocked_ports import is_blocked

HOST = "127.0.0.1"
OFFSET_VARIABLE = "PARLEY_PORT_OFFSET"
DRAWN_OFFSETS = range(10_000, 22_000, 34)
"""Divided by 34, the ports of a stack have different remainders, so no two of these stacks share
one."""
DRAWN_PORTS = range(10_000, 14_400)
"""Below the lowest port of a stack at one of these offsets."""
_SUGGESTED_OFFSETS = range(3_000, 50_001, 1_000)
"""Offsets to suggest, in this order; none meets a port of a stack without offset."""

_LOWEST_PORT, _HIGHEST_PORT = 1_024, 65_535
PROJECT = "demo-parley"


class PortsTaken(Exception):
    """Another process listens on ports that the stack needs."""

    def __init__(self, taken: dict[str, int]) -> None:
        listed = ", ".join(f"{port} ({name})" for name, port in taken.items())
        super().__init__(
            f"These ports are taken: {listed}. Stop what listens there, or move the whole stack, "
            f"for example with {OFFSET_VARIABLE}={suggested_offset()}."
        )
        self.taken = taken


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The ports of the local stack, by what listens on them."""

    firestore: int = 8080
    auth: int = 9099
    functions: int = 5001
    pubsub: int = 8085
    hosting: int = 5000
    hub: int = 4400
    logging: int = 4500
    eventarc: int = 9299
    tasks: int = 9499
    firestore_websocket: int = 9150
    storage: int = 9199
    fcm: int = 9970
    twilio: int = 9971
    smtp: int = 9972
    smtp_web: int = 9973
    test_page: int = 5050

    @classmethod
    def at(cls, offset: int) -> "Ports":
        """Return every port moved by `offset`.

        Raise `ValueError`, with an offset that works, for a port that is out of range or that
        browsers and Node's fetch refuse.
        """
        moved = {name: port + offset for name, port in cls().by_name().items()}
        if problem := _problem(offset, moved):
            raise ValueError(
                f"{OFFSET_VARIABLE}={offset} {problem}. "
                f"Choose another, for example {OFFSET_VARIABLE}={suggested_offset()}."
            )
        return cls(**moved)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Ports":
        return cls.at(offset_from(environment))

    def by_name(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _problem(offset: int, moved: Mapping[str, int]) -> str | None:
    """Return the problem of an offset as the end of a sentence, or None."""
    for name, port in moved.items():
        if not _LOWEST_PORT <= port <= _HIGHEST_PORT:
            return f"puts {name} on port {port}, outside {_LOWEST_PORT} to {_HIGHEST_PORT}"
        if is_blocked(port):
            return f"puts {name} on port {port}, which browsers and Node's fetch refuse to call"
    return "is negative" if offset < 0 else None


def works(offset: int) -> bool:
    """Return whether every port of the stack may be used at this offset."""
    moved = {name: port + offset for name, port in Ports().by_name().items()}
    return _problem(offset, moved) is None


def suggested_offset() -> int:
    """Return a round offset at which every port works and is free now."""
    for offset in _SUGGESTED_OFFSETS:
        if works(offset) and all(map(is_free, Ports.at(offset).by_name().values())):
            return offset
    return free_offset()


def offset_from(environment: Mapping[str, str] = os.environ) -> int:
    """Return the offset of the environment, 0 by default."""
    text = environment.get(OFFSET_VARIABLE, "").strip() or "0"
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{OFFSET_VARIABLE} must be a whole number, not {text!r}") from None


def is_free(port: int, host: str = HOST) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do, so connections of an ended server do not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def accepts(port: int, host: str = HOST) -> bool:
    """Return whether something listens on the port now."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def free_port(randomness: random.Random | None = None) -> int:
    """Return a free port that fetch may call, for a server that is started now.

    A Java server binds it only seconds later. So it is none that the system gives to others
    meanwhile, to connections or to servers without a port of their own, and none of a stack.
    """
    drawn = randomness or random.Random()
    while True:
        port = drawn.choice(DRAWN_PORTS)
        if not is_blocked(port) and is_free(port):
            return port


def free_offset(randomness: random.Random | None = None) -> int:
    """Return an offset at which every port is free, for a stack that starts at once.

    All its ports lie below those that the system gives to outgoing connections (32768 on Linux).
    No other process of this machine draws the offset while this one lives: the ports stay free
    until the emulators bind them, seconds later.
    """
    drawn = randomness or random.Random()
    while True:
        offset = drawn.choice(DRAWN_OFFSETS)
        if (
            works(offset)
            and all(is_free(port) for port in Ports.at(offset).by_name().values())
            and _claim(offset)
        ):
            return offset


_claims: dict[int, int] = {}
"""The locked files of the offsets that this process drew."""


def _claim(offset: int) -> bool:
    """Claim an offset for this process; False if another process has it."""
    name = Path(tempfile.gettempdir()) / f"parley-offset-{offset}"
    try:
        claim = os.open(name, os.O_WRONLY | os.O_CREAT, 0o644)
    except PermissionError:
        return False  # another user has drawn it
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(claim)
        return False
    _claims[offset] = claim
    return True


def require_free(wanted: Mapping[str, int]) -> None:
    """Raise `PortsTaken` with all ports that are taken, not only the first."""
    taken = {name: port for name, port in wanted.items() if not is_free(port)}
    if taken:
        raise PortsTaken(taken)
