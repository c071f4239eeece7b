"""The order of the integration tests, and which of them share a worker."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]


class OneStackAtATime(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out one test at a time, but all that start a stack of their own to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return "stacks" if "integration/stacks/" in nodeid else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneStackAtATime:
    return OneStackAtATime(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow ones first, so that none begins when the other workers have nothing left."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
