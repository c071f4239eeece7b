from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from schema import limits
from schema.storable import storable


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": [1, {"b": [2.5, None, True]}], "_a": "ü", "__a": "\U0001f600"},
        {"low": -(2**63), "high": 2**63 - 1},
        {"k" * limits.ATTRIBUTES_PATH_BYTES: 1},
        {"k" * 700: {"é" * 348: {"a": 1}}},
        nested(limits.ATTRIBUTES_DEPTH),
    ],
    ids=lambda value: str(value)[:40],
)
def test_storable_values_pass_unchanged(value: dict[str, Any]) -> None:
    assert storable(value) is value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"": 1}, "the map has an empty key"),
        ({"a": {"__b__": 1}}, "a has the key __b__"),
        (
            {"k" * (limits.ATTRIBUTES_PATH_BYTES + 1): 1},
            "the map has a key at a path of 1401 bytes (limit: 1400)",
        ),
        ({"k": [{"a" * 700: {"é" * 349: 1}}]}, "k has a key at a path of 1403 bytes"),
        ({"a": {"b": [float("nan")]}}, "a.b.0 is NaN or infinite"),
        ({"a": float("-inf")}, "a is NaN or infinite"),
        ({"a": {"____": 1}}, "a has the key ____"),
        ({"a": {"__x\n__": 1}}, "a has the key __x\n__"),
        ({"a": {"\ud83d": 1}}, "a has a key with half of a surrogate pair"),
        ({"a": ["x", "\ud83d"]}, "a.1 holds half of a surrogate pair"),
        ({"a": 2**63}, "a is beyond 64 bits"),
        ({"a": -(2**63) - 1}, "a is beyond 64 bits"),
        ({"a": [[1]]}, "a.0 is a list in a list"),
        (nested(limits.ATTRIBUTES_DEPTH + 1), "nested deeper than 16 levels"),
        (nested(900), "nested deeper than 16 levels"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_unstorable_values_are_refused_by_name(value: dict[str, Any], told: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        storable(value)
    assert told in refused.value.message()
