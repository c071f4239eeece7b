"""What all who push have in common: the pushes, and how a run is timed and told.

A process pushes some that do not count, then the others, and prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.figures import peak_of, process_cpu_seconds

WARM_UP: Final = 300
TITLE: Final = "Acme"
BODY: Final = "Autumn is here: your new timetable is ready."
STAND_IN_PID: Final = "BENCH_STAND_IN_PID"


def token(number: int) -> str:
    """Return a device's token, as long as FCM's."""
    return f"token-{number:06d}-".ljust(163, "x")


def chat_id(number: int) -> str:
    return f"case-{number:015d}"


def tag(number: int) -> str:
    """Return the tag under which a device shows it once."""
    return f"{chat_id(number)}:m"


def data(number: int) -> dict[str, str]:
    """Return what an app finds in the push."""
    return {"type": "message", "chatId": chat_id(number), "messageId": "m", "serviceId": "acme"}


@contextmanager
def timed(count: int, accepted: list[int]) -> Iterator[None]:
    """Time what is done within, and print it; ``accepted`` has what was accepted in the end."""
    stand_in = int(os.environ[STAND_IN_PID])
    theirs = process_cpu_seconds(stand_in)
    began, cpu = time.perf_counter(), time.process_time()
    yield
    told = {
        "amount": count,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "emulator_cpu_seconds": process_cpu_seconds(stand_in) - theirs,
        "peak_mib": peak_of(os.getpid()),
        "accepted": sum(accepted),
    }
    print(json.dumps(told), flush=True)
