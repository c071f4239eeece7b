"""W8: push to 10,000 tokens, a hundredth each answered 404, 429 and 503, beside firebase-admin."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from urllib.request import Request, urlopen

from bench.figures import Sample
from bench.frame import CPU, PEAK, Case, Cell, Column, Figures, Options, in_turns, rate
from bench.fresh_parts import FreshParts, fresh_parts
from bench.rivals.pushes import STAND_IN_PID, token

PUSHES: Final = 10_000
FAULTS: Final = (
    {"rate": 0.01, "status": 404, "code": "UNREGISTERED", "seed": 404},
    {"rate": 0.01, "status": 429, "code": "QUOTA_EXCEEDED", "seed": 429},
    {"rate": 0.01, "status": 503, "code": "UNAVAILABLE", "seed": 503},
)
"""By token and attempt, so everybody gets the same ones in any order."""

WAYS: Final = {
    "Parley": ("bench.push_worker", "{count}", "20"),
    "Parley, one campaign": ("bench.push_worker", "{count}", "4"),
    "firebase-admin send_each": ("bench.rivals.push_by_admin", "each", "{count}"),
    "firebase-admin send_each_async": ("bench.rivals.push_by_admin", "each_async", "{count}"),
}
"""20 calls of a hundred are what a process has room for (``PushMessages``); the worker takes four
batches of one campaign at once (``parley/queues.py``)."""

_DEADLINE_SECONDS = 600.0


async def run_pushes(way: Sequence[str], count: int) -> Figures:
    """Push once, by a process of its own to a fresh stand-in; raise unless their counts agree."""
    with fresh_parts("fcm") as parts:
        _put_faults(parts)
        environment = {STAND_IN_PID: str(parts.parts["fcm"].pid)}
        command = [sys.executable, "-m", *(part.format(count=count) for part in way)]
        pushing = parts.start("pushing", command, environment=environment)
        code = await asyncio.to_thread(pushing.wait, _DEADLINE_SECONDS)
        if code:
            raise RuntimeError(f"{' '.join(way)} ended with {code}:\n{pushing.log_tail()}")
        told = json.loads(pushing.said().splitlines()[-1])
        accepted = told.pop("accepted")
        _require(await asyncio.to_thread(_accepted, parts, count), accepted)
        return Sample(**told).figures(accepted=100 * accepted / count)


def _require(by_stand_in: int, told: int) -> None:
    if by_stand_in != told:
        raise RuntimeError(f"{told} pushes are said to be accepted, and {by_stand_in} were")


def _put_faults(parts: FreshParts) -> None:
    body = json.dumps(FAULTS).encode()
    with urlopen(Request(f"{parts.fcm_url}/_/faults", body, method="PUT")):
        pass


def _accepted(parts: FreshParts, count: int) -> int:
    """Return how many of the tokens the stand-in accepted a push for; each must have been tried."""
    with urlopen(f"{parts.fcm_url}/_/messages") as answer:
        log: list[dict[str, Any]] = json.load(answer)
    wanted = {token(number) for number in range(count)}
    tried = {entry["request"]["message"]["token"] for entry in log}
    if missing := wanted - tried:
        raise RuntimeError(f"{len(missing)} of {count} tokens were never tried")
    there = {entry["request"]["message"]["token"] for entry in log if entry["status"] == 200}
    return len(there & wanted)


def _cells(options: Options) -> Sequence[Cell]:
    return [Cell(name, partial(run_pushes, way, options.amount)) for name, way in WAYS.items()]


CASES: Final = (
    Case(
        "w8",
        "pushes",
        "{amount:,} pushes through the stand-in, 1% each answered 404, 429 and 503",
        (
            rate("pushes"),
            CPU,
            Column("theirs", "stand-in's CPU, s/1,000", 3),
            PEAK,
            Column("accepted", "accepted, %", 2),
        ),
        in_turns(_cells),
        amount=PUSHES,
    ),
)
