"""Which port each part of the local stack listens on.

`PARLEY_PORT_OFFSET` moves every one by the same amount, so that two checkouts can run side by side.
"""

import os
import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields

HOST = "127.0.0.1"
OFFSET_VARIABLE = "PARLEY_PORT_OFFSET"
_OFFSETS = (10_000, 22_000, 20)
PROJECT = "demo-parley"


class PortsTaken(Exception):
    """Somebody else listens on ports that the stack needs."""

    def __init__(self, taken: dict[str, int]) -> None:
        listed = ", ".join(f"{port} ({name})" for name, port in taken.items())
        super().__init__(
            f"These ports are taken: {listed}. Stop what listens there, or move the whole stack, "
            f"for example with {OFFSET_VARIABLE}=1000."
        )
        self.taken = taken


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Every port of the local stack, by what listens on it."""

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
    fcm: int = 9970
    twilio: int = 9971
    smtp: int = 9972
    smtp_web: int = 9973
    test_page: int = 5050

    @classmethod
    def at(cls, offset: int) -> "Ports":
        """Every port moved by `offset`; a `ValueError` names the port that leaves the range."""
        moved = {name: port + offset for name, port in cls().by_name().items()}
        for name, port in moved.items():
            if not 1024 <= port <= 65535:
                raise ValueError(f"{OFFSET_VARIABLE}={offset} puts {name} on port {port}")
        return cls(**moved)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Ports":
        return cls.at(offset_from(environment))

    def by_name(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def offset_from(environment: Mapping[str, str] = os.environ) -> int:
    """The offset that the environment asks for; 0 where it asks for none."""
    text = environment.get(OFFSET_VARIABLE, "").strip() or "0"
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{OFFSET_VARIABLE} must be a whole number, not {text!r}") from None


def is_free(port: int, host: str = HOST) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do: a connection that lingers after its server ended does not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def accepts(port: int, host: str = HOST) -> bool:
    """Whether something listens on the port now."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def free_port() -> int:
    """A port nobody listens on; for a server that is started at once."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def free_offset(randomness: random.Random | None = None) -> int:
    """An offset at which every port is free; for a stack beside others that is started at once.

    All its ports lie below those that the system gives to outgoing connections (32768 on Linux).
    """
    drawn = randomness or random.Random()
    while True:
        offset = drawn.randrange(*_OFFSETS)
        if all(is_free(port) for port in Ports.at(offset).by_name().values()):
            return offset


def require_free(wanted: Mapping[str, int]) -> None:
    """Raise `PortsTaken` with all those that are taken, not only the first."""
    taken = {name: port for name, port in wanted.items() if not is_free(port)}
    if taken:
        raise PortsTaken(taken)
