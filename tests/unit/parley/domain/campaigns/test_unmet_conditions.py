"""The conditions that keep a person out are named whenever a filter excludes them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from parley.domain.campaigns.filters import predicate
from parley.domain.campaigns.unmet_conditions import show_value, unmet_conditions
from schema.audience_filters import Filter
from schema.explain import SHOWN

VALUES = st.sampled_from([None, True, 0, 1.5, "a", "b"])
CONDITIONS = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["attributes.plan", "attributes.age", "locale"]),
    st.sampled_from(["==", "!="]),
    VALUES,
)
FILTERS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"and": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"or": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)
PEOPLE = st.fixed_dictionaries(
    {"attributes": st.dictionaries(st.sampled_from(["plan", "age"]), VALUES)},
    optional={"locale": VALUES},
)
_ADAPTER: TypeAdapter[Filter] = TypeAdapter(Filter)


def depth(whole: Any) -> int:
    if "field" in whole:
        return 1
    (inner,) = whole.values()
    return 1 + max(map(depth, inner if isinstance(inner, list) else [inner]))


@given(FILTERS.filter(lambda whole: depth(whole) <= 5), PEOPLE)
def test_conditions_are_named_exactly_when_the_filter_excludes_somebody(
    raw: dict[str, Any], person: dict[str, Any]
) -> None:
    whole = _ADAPTER.validate_python(raw)

    unmet = unmet_conditions(whole, person)

    assert bool(unmet) is not predicate(whole)(person)
    assert all("the person has" in phrase for phrase in unmet)


def test_values_are_shown_as_staff_write_them() -> None:
    assert show_value(None) == "null"
    assert show_value(True) == "true"
    assert show_value(["a", 1]) == '["a", 1]'
    assert len(show_value("x" * 1_000)) == SHOWN
