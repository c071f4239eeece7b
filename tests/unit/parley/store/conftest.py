"""A store whose calls are joined, and what reaches the one behind it."""

from __future__ import annotations

import pytest

from parley.store.joining_store import JoiningStore
from parley.testing.clock import FixedClock
from parley.testing.faults import StoreCall
from parley.testing.in_memory_store import InMemoryStore


class Calls:
    """The calls that reach the store, as a fault that lets all of them pass."""

    def __init__(self) -> None:
        self.seen: list[StoreCall] = []

    def __call__(self, call: StoreCall) -> None:
        # A read meets its faults twice, and as the same call.
        if call.moment == "before" and all(one is not call for one in self.seen):
            self.seen.append(call)

    def sizes(self, operation: str) -> list[int]:
        return [len(one.paths or one.writes) for one in self.seen if one.operation == operation]


@pytest.fixture
def inner() -> InMemoryStore:
    return InMemoryStore(FixedClock())


@pytest.fixture
def calls(inner: InMemoryStore) -> Calls:
    calls = Calls()
    inner.faults.append(calls)
    return calls


@pytest.fixture
def store(inner: InMemoryStore) -> JoiningStore:
    return JoiningStore(inner)
