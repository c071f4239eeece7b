from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schema.audience_filters import Filter, FilterAnd, FilterCondition, FilterNot, FilterOr
from schema.explain import explain

FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)


def parse(value: Any) -> Filter:
    return FILTER.validate_python(value, by_alias=True, by_name=False)


def refusal(value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        parse(value)
    return explain(caught.value)


CITY = {"field": "attributes.city", "op": "==", "value": "Bern"}


def test_a_filter_nests() -> None:
    parsed = parse({"and": [CITY, {"or": [{"not": CITY}, CITY]}]})

    assert isinstance(parsed, FilterAnd)
    either = parsed.and_[1]
    assert isinstance(either, FilterOr)
    assert isinstance(either.or_[0], FilterNot)
    assert isinstance(either.or_[1], FilterCondition)


def test_a_filter_is_stored_as_it_was_written() -> None:
    written = {"and": [CITY, {"not": {"or": [CITY]}}]}

    assert FILTER.dump_python(parse(written), by_alias=True) == written


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "tags", "op": "array-contains", "value": "vip"},
        {"field": "tags", "op": "array-contains-any", "value": ["vip", "new"]},
        {"field": "locale", "op": "in", "value": ["de", "fr"]},
        {"field": "timeZone", "op": "not-in", "value": ["Europe/Bern"]},
        {"field": "createdAt", "op": ">=", "value": datetime(2026, 1, 1, tzinfo=UTC)},
        {"field": "lastSeenAt", "op": "exists", "value": False},
        {"field": "attributes.order.total", "op": "<", "value": 12.5},
        {"field": "attributes.manager", "op": "==", "value": None},
        {"field": "attributes.__a.b__.__", "op": "==", "value": 1},
        {"field": "attributes" + ".a" * 16, "op": "==", "value": 1},
    ],
)
def test_a_condition_compares_one_field(condition: dict[str, Any]) -> None:
    assert FILTER.dump_python(parse(condition), by_alias=True) == condition


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({**CITY, "op": "like"}, "op should be"),
        ({**CITY, "field": "phone"}, "field must be attributes.NAME, tags"),
        ({**CITY, "field": "attributes."}, "field must be attributes.NAME"),
        ({**CITY, "field": "attributes.__x__"}, "field must be attributes.NAME"),
        ({**CITY, "field": "attributes.a.____.b"}, "field must be attributes.NAME"),
        ({**CITY, "field": "attributes" + ".a" * 17}, "field must be attributes.NAME"),
        ({**CITY, "field": "attributes" + f".{'é' * 100}" * 7}, "1400 bytes long after"),
        ({**CITY, "op": "in"}, "'in' takes a list of 1 to 30 values"),
        ({**CITY, "op": "in", "value": []}, "'in' takes a list"),
        ({**CITY, "op": "not-in", "value": list(range(31))}, "'not-in' takes a list of 1 to 30"),
        ({**CITY, "op": "exists"}, "'exists' takes true or false"),
        ({**CITY, "value": ["Bern"]}, "'==' takes a single value"),
        ({"field": "tags", "op": "=="}, "value is missing"),
        ({"and": []}, "and must have at least 1 entries and has 0"),
        ({"and": [CITY], "or": [CITY]}, "or is not a field that may stand here"),
        ({"and": [CITY, {"not": {**CITY, "field": "x"}}]}, "and[1].not.field must be"),
        ({}, "field is missing"),
        ("city = Bern", "must be a map"),
    ],
)
def test_a_bad_filter_is_refused_with_the_place_and_the_reason(wrong: Any, words: str) -> None:
    assert words in refusal(wrong)
