"""Runners of queues in virtual time, as the unit tests of the runtime have them."""

from tests.unit.workers.runtime.conftest import pytest_asyncio_loop_factories

__all__ = ["pytest_asyncio_loop_factories"]
