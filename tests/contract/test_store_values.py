"""Which values and names a store keeps and which it refuses, in memory and on the emulator."""

import math
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest

from parley.errors import StoreRejected
from parley.store import (
    DELETE_FIELD,
    SERVER_TIME,
    ArrayUnion,
    Delete,
    FieldPath,
    Increment,
    Merge,
    Set,
    Store,
    Update,
    Value,
    Write,
)
from tests.contract.looking import by_path, fields

pytestmark = pytest.mark.contract

DOC = "rooms/a"


class Colour(StrEnum):
    RED = "red"


VALUES: dict[str, Value] = {
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "big": 2**63 - 1,
    "small": -(2**63),
    "float": 1.5,
    "wholeFloat": 3.0,
    "infinite": math.inf,
    "text": "Grüße 👋 \x00 \uffff",
    "emptyText": "",
    "bytes": b"\x00\xff",
    "emptyBytes": b"",
    "time": datetime(2026, 3, 4, 5, 6, 7, 123_457, tzinfo=UTC),
    "epoch": datetime(1970, 1, 1, tzinfo=UTC),
    "longAgo": datetime(1850, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    "map": {"a": {"b": {}}, "list": [1, {"x": [True]}]},
    "emptyMap": {},
    "emptyList": [],
    "list": [None, True, 1, 1.5, "x", b"y", {"z": []}],
}


async def test_every_value_comes_back_with_its_type(store: Store) -> None:
    await store.commit([Set(DOC, VALUES)])
    got = await fields(store, DOC)
    assert got == VALUES
    assert got is not None
    assert {name: type(value) for name, value in got.items()} == {
        name: type(value) for name, value in VALUES.items()
    }


async def test_nan_comes_back_as_nan(store: Store) -> None:
    await store.commit([Set(DOC, {"n": math.nan, "l": [math.nan]})])
    got = await fields(store, DOC)
    assert got is not None
    assert math.isnan(got["n"])
    assert math.isnan(got["l"][0])


async def test_subclasses_of_plain_types_are_stored_as_plain_values(store: Store) -> None:
    east = timezone(timedelta(hours=2))
    await store.commit(
        [Set(DOC, {"e": Colour.RED, "t": (1, 2), "d": datetime(2026, 1, 1, 2, tzinfo=east)})]
    )
    got = await fields(store, DOC)
    assert got == {"e": "red", "t": [1, 2], "d": datetime(2026, 1, 1, tzinfo=UTC)}
    assert got is not None
    assert type(got["e"]) is str
    assert got["d"].utcoffset() == timedelta(0)


ODD_NAMES = ["a.b", "with space", "`tick`", "back\\slash", "1digit", "ünï", "a/b", "*~[]", "user:1"]


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_a_field_may_have_any_name_everywhere(store: Store, name: str) -> None:
    await store.commit(
        [Set(DOC, {name: 1, "m": {name: {"at": SERVER_TIME, "x": 1}}, "a": {"b": 0}})]
    )
    await store.commit([Update(DOC, by_path({name: Increment(2), ("m", name, "x"): 7}))])
    await store.commit([Merge(DOC, by_path({("m", name, "at"): DELETE_FIELD}))])
    assert await fields(store, DOC) == {name: 3, "m": {name: {"x": 7}}, "a": {"b": 0}}
    (chosen,) = await store.get_many([DOC], select=(name, ("m", name)))
    assert chosen is not None
    assert chosen.fields == {name: 3, "m": {name: {"x": 7}}}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"a": {"n": 2**63}}, "a.n"),
    ({"n": -(2**63) - 1}, "n"),
    ({"a": {"list": [0, 2**70]}}, "a.list"),
    ({"a": {"text": "\ud800"}}, "a.text"),
    ({"list": ["ok", "\udfff"]}, "list"),
    ({"naive": datetime(2026, 1, 1)}, "naive"),  # noqa: DTZ001
    ({"a": {"odd": object()}}, "a.odd"),
    ({"set": {1, 2}}, "set"),
    ({"l": [SERVER_TIME]}, "l"),
    ({"l": [{"at": SERVER_TIME}]}, "l"),
    ({"a": {"gone": DELETE_FIELD}}, "a.gone"),
    ({"n": Increment(2**63)}, "n"),
    ({"u": ArrayUnion(("\ud800",))}, "u"),
]


@pytest.mark.parametrize(("bad", "named"), REFUSED)
@pytest.mark.parametrize("kind", [Set, Merge])
async def test_an_unstorable_value_is_a_value_error_that_names_the_field(
    store: Store, kind: type[Set | Merge], bad: dict[str, Value], named: str
) -> None:
    with pytest.raises(ValueError, match=rf"field {named}"):
        await store.commit([Set("rooms/other", {"a": 1}), kind(DOC, bad)])
    assert await fields(store, "rooms/other") is None


async def test_a_set_cannot_remove_a_field(store: Store) -> None:
    with pytest.raises(ValueError, match="field a"):
        await store.commit([Set(DOC, {"a": DELETE_FIELD})])


@pytest.mark.parametrize(
    "bad",
    [
        {"": 1},
        {"a": {"": 1}},
        {"a": {"": SERVER_TIME}},
        {"\ud800": 1},
        {"a": {"\ud800": SERVER_TIME}},
    ],
)
async def test_an_invalid_field_name_is_a_value_error(
    store: Store, bad: dict[FieldPath, Value]
) -> None:
    with pytest.raises(ValueError, match="field"):
        await store.commit([Merge(DOC, bad)])


async def test_a_nested_array_is_rejected(store: Store) -> None:
    with pytest.raises(StoreRejected):
        await store.commit([Set(DOC, {"l": [[1]]})])


@pytest.mark.parametrize(
    "overlapping",
    [{"a": 1, ("a", "b"): 2}, {("a", "b"): 1, ("a", "b", "c"): 2}, {"a": 1, ("a",): 2}],
)
async def test_overlapping_fields_in_one_write_are_a_value_error(
    store: Store, overlapping: dict[FieldPath, Value]
) -> None:
    with pytest.raises(ValueError, match="overlap"):
        await store.commit([Merge(DOC, overlapping)])


@pytest.mark.parametrize("path", ["", "rooms", "/rooms/a", "rooms//a", "rooms/a/", "rooms/a/b"])
async def test_an_invalid_document_path_is_a_value_error(store: Store, path: str) -> None:
    writes: list[Write] = [Set(path, {}), Merge(path, {}), Delete(path)]
    for write in writes:
        with pytest.raises(ValueError, match="path"):
            await store.commit([write])
    with pytest.raises(ValueError, match="path"):
        await store.get_many([path])


@pytest.mark.parametrize(
    "path", ["chats/ann:service:acme", "chats/ünï code/members/a.b", "a/+49%20"]
)
async def test_a_document_may_have_any_id(store: Store, path: str) -> None:
    await store.commit([Set(path, {"n": 1}), Set(path + "/below/x:y", {"n": 2})])
    got = await store.get_many([path, path + "/below/x:y"])
    assert [one and (one.path, one.fields) for one in got] == [
        (path, {"n": 1}),
        (path + "/below/x:y", {"n": 2}),
    ]
