"""The whole stack, once for the tier: emulators, functions, workers, stand-ins."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from emulator.binaries import find_firestore, find_pubsub
from emulator.found import NotFound
from emulator.ports import free_offset
from emulator.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    try:
        find_firestore(), find_pubsub()
    except NotFound as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with Stack(offset=free_offset(), workers=1, restart=True) as running:
        yield running
