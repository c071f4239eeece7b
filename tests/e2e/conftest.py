"""The whole stack, once for the tier: emulators, functions, workers, stand-ins."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from emulator.binaries import find_firestore, find_pubsub
from emulator.found import NotFound
from emulator.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    try:
        find_firestore(), find_pubsub()
    except NotFound as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    # Far from a stack that runs here already, and from the integration tier's.
    with Stack(offset=random.randrange(41_000, 48_000, 20), workers=1, restart=True) as running:
        yield running
