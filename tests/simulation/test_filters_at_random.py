"""A filter selects whom Firestore's documentation says, in memory and through the query."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from parley.domain.campaigns.filters import fields_read, narrowing, predicate
from parley.store import OrderBy, Query, Set
from parley.testing.clock import FixedClock
from parley.testing.in_memory_store import InMemoryStore
from schema import limits
from schema.audience_filters import Filter
from tests.filter_semantics import FILTERS, PEOPLE, depth, satisfies
from tests.indexes import INDEXES

READ: TypeAdapter[Filter] = TypeAdapter(Filter)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(PEOPLE, FILTERS)
def test_a_filter_holds_in_memory_exactly_where_the_documentation_says(
    person: dict[str, Any], whole: dict[str, Any]
) -> None:
    assume(depth(whole) <= limits.FILTER_DEPTH)
    assert predicate(READ.validate_python(whole))(person) is satisfies(person, whole)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(PEOPLE, max_size=6), FILTERS)
async def test_the_narrowed_query_loses_nobody_whom_the_filter_selects(
    people: list[dict[str, Any]], whole: dict[str, Any]
) -> None:
    assume(depth(whole) <= limits.FILTER_DEPTH)
    store = InMemoryStore(FixedClock(), INDEXES)
    documents = {f"p{number}": person for number, person in enumerate(people)}
    await store.commit(
        [Set(f"services/acme/users/{uid}", person) for uid, person in documents.items()]
    )
    parsed = READ.validate_python(whole)
    matches = predicate(parsed)
    query = Query(
        "services/acme/users",
        where=narrowing(parsed),
        order_by=(OrderBy("__name__"),),
        select=fields_read(parsed),
    )
    found = [
        snapshot.id
        async for page in store.stream(query)
        for snapshot in page
        if matches(snapshot.fields)
    ]
    assert found == [uid for uid, person in documents.items() if satisfies(person, whole)]
