"""The in-memory store and the emulator give the same answers to random operations.

Drawn the same way at each run; a disagreement is shrunk to the smallest one that is found. For
more than continuous integration tries: ``AGREEMENT_EXAMPLES=5000 .venv/bin/pytest
tests/contract/test_store_agreement.py``.
"""

import asyncio
import itertools
import math
import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parley.adapters.firestore.store import FirestoreStore
from parley.errors import ParleyError
from parley.store import Query, Set, Store, Sum, Value, Write
from parley.testing.clock import FixedClock
from parley.testing.in_memory_store import InMemoryStore
from tests.contract.drawn import DOCUMENTS, FIELDS, commits, queries

pytestmark = pytest.mark.contract

EXAMPLES = int(os.environ.get("AGREEMENT_EXAMPLES", "150"))

bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Both:
    """Both stores, asked the same on one event loop."""

    def __init__(self, runner: asyncio.Runner, real: FirestoreStore) -> None:
        self._runner = runner
        self.stores: tuple[Store, Store] = (InMemoryStore(FixedClock()), real)

    def agree(self, asked: Callable[[Store], Awaitable[Any]]) -> Any:
        """What both come to; fails where they differ."""
        twin, real = self._runner.run(self._ask(asked))
        assert twin == real
        return twin

    async def _ask(self, asked: Callable[[Store], Awaitable[Any]]) -> list[Any]:
        return [await outcome(asked(store)) for store in self.stores]


async def outcome(answer: Awaitable[Any]) -> Any:
    """The answer so that two of them can be compared, or the kind of its refusal."""
    try:
        return plain(await answer)
    except ParleyError as error:
        return type(error).__name__
    except ValueError:
        return "ValueError"


def plain(value: Value) -> Value:
    """A value by its type as well, so that 1 is not 1.0 and NaN is NaN."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value if isinstance(value, str | datetime | None) else f"{type(value)} {value!r}"


@pytest.fixture
def both(firestore_emulator: str, project_id: str) -> Iterator[Both]:
    with asyncio.Runner() as runner:

        async def connect() -> FirestoreStore:
            return FirestoreStore.connect(project_id, emulator_host=firestore_emulator)

        real = runner.run(connect())
        yield Both(runner, real)
        runner.run(real.close())


fresh = itertools.count()


async def written(store: Store, writes: list[Write]) -> None:
    await store.commit(writes)


async def found(store: Store, query: Query) -> list[tuple[str, dict[str, Value]]]:
    return [(one.id, one.fields) async for chunk in store.stream(query) for one in chunk]


@bounded
@given(data=st.data())
def test_a_series_of_commits_leaves_the_same_documents(both: Both, data: st.DataObject) -> None:
    collection = f"writes{next(fresh)}"
    for writes in data.draw(st.lists(commits(collection), min_size=1, max_size=4)):
        both.agree(lambda store, writes=writes: written(store, writes))  # type: ignore[misc]
        both.agree(lambda store: found(store, Query(collection)))


@bounded
@given(data=st.data())
def test_a_query_finds_the_same_documents_in_the_same_order(
    both: Both, data: st.DataObject
) -> None:
    collection = f"queries{next(fresh)}"
    documents = data.draw(st.lists(DOCUMENTS, min_size=2, max_size=8))
    writes: list[Write] = [Set(f"{collection}/d{n}", one) for n, one in enumerate(documents)]
    both.agree(lambda store: written(store, writes))
    for query in data.draw(st.lists(queries(collection), min_size=1, max_size=4)):
        both.agree(lambda store, query=query: found(store, query))  # type: ignore[misc]


@bounded
@given(data=st.data())
def test_a_sum_over_the_same_documents_is_the_same(both: Both, data: st.DataObject) -> None:
    collection = f"sums{next(fresh)}"
    documents = data.draw(st.lists(DOCUMENTS, max_size=4))
    writes: list[Write] = [Set(f"{collection}/d{n}", one) for n, one in enumerate(documents)]
    both.agree(lambda store: written(store, writes))
    field = data.draw(FIELDS)

    async def summed(store: Store) -> Any:
        total = (await store.aggregate(Query(collection), {"sum": Sum(field)}))["sum"]
        # The order in which doubles are added is nobody's promise.
        return total if isinstance(total, int) or math.isnan(total) else f"{total:.10g}"

    both.agree(summed)
