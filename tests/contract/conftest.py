from collections.abc import AsyncIterator

import pytest

from parley.adapters.firestore.store import FirestoreStore
from parley.testing.clock import FixedClock
from parley.testing.in_memory_store import InMemoryStore

AnyStore = InMemoryStore | FirestoreStore


@pytest.fixture(params=["memory", "emulator"])
async def store(request: pytest.FixtureRequest, project_id: str) -> AsyncIterator[AnyStore]:
    """The store port by each of its implementations, empty."""
    if request.param == "memory":
        yield InMemoryStore(FixedClock())
        return
    address = request.getfixturevalue("firestore_emulator")
    async with FirestoreStore.connect(project_id, emulator_host=address) as real:
        yield real


@pytest.fixture
async def emulated(firestore_emulator: str, project_id: str) -> AsyncIterator[FirestoreStore]:
    """The real store on the emulator, for what the one in memory cannot show."""
    async with FirestoreStore.connect(project_id, emulator_host=firestore_emulator) as real:
        yield real
