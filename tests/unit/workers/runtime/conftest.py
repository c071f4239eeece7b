"""Tests of the runtime run in virtual time, but for those of threads."""

import asyncio
from collections.abc import Callable

import pytest

from parley.testing.virtual_time import VirtualTimeLoop

IN_REAL_TIME = "test_watchdog.py"


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.path.name == IN_REAL_TIME:
        return {"real": asyncio.new_event_loop}
    return {"virtual": VirtualTimeLoop}
