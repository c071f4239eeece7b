"""The benchmarks of queues and pushes run, at a size that says nothing about speed.

A run raises if a message has no document in the end, or a token was never tried.
"""

from __future__ import annotations

import pytest

from bench.killed_drains import run_killed
from bench.push_sending import WAYS, run_pushes
from bench.queue_drains import EMPTY, PARLEY, RIVALS, WRITE, Drainer, run_drain

pytestmark = [pytest.mark.integration, pytest.mark.slow]
OWN = [PARLEY, *(rival for rival in RIVALS if rival.python is PARLEY.python)]
"""The rivals of other environments would be installed for it."""


@pytest.mark.parametrize("work", [EMPTY, WRITE])
@pytest.mark.parametrize("drainer", OWN, ids=[one.name for one in OWN])
async def test_everything_is_drained(
    drainer: Drainer, work: str, firestore_emulator: str, pubsub_emulator: str
) -> None:
    running = {"firestore": firestore_emulator, "pubsub": pubsub_emulator}
    figures = await run_drain(drainer, work, 100, running=running)
    assert figures["rate"] > 0
    assert figures["peak"] > 0


async def test_nothing_is_lost_or_doubled_by_kills() -> None:
    figures = await run_killed(PARLEY, 300)
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert figures["share"] > 0


@pytest.mark.parametrize("way", [WAYS["Parley"], WAYS["firebase-admin send_each"]])
async def test_every_token_is_tried(way: tuple[str, ...]) -> None:
    figures = await run_pushes(way, 300)
    assert 95 <= figures["accepted"] < 100
