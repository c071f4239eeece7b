"""A filter's query finds on Firestore whom the filter selects in memory."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from parley.domain.campaigns.filters import fields_read, narrowing, predicate
from parley.store import OrderBy, Query, Set
from schema import limits
from schema.audience_filters import Filter
from tests.contract.conftest import AnyStore
from tests.filter_semantics import FILTERS, PEOPLE, conditions, depth, satisfies

pytestmark = pytest.mark.contract

READ: TypeAdapter[Filter] = TypeAdapter(Filter)

fresh = itertools.count()


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(PEOPLE, min_size=1, max_size=8), FILTERS | conditions())
async def test_a_filter_selects_the_same_people_on_every_store(
    store: AnyStore, people: list[dict[str, Any]], whole: dict[str, Any]
) -> None:
    assume(depth(whole) <= limits.FILTER_DEPTH)
    collection = f"services/s{next(fresh)}/users"
    documents = {f"p{number}": person for number, person in enumerate(people)}
    await store.commit([Set(f"{collection}/{uid}", person) for uid, person in documents.items()])
    parsed = READ.validate_python(whole)
    matches = predicate(parsed)
    query = Query(
        collection,
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
