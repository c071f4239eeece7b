"""The order of the integration tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow ones first, so that none begins when the other workers have nothing left."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
