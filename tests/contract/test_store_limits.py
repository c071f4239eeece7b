"""Names, paths and sizes at their limits, in memory and on the emulator alike."""

from typing import Any

import pytest

from parley.errors import StoreRejected
from parley.store import (
    DELETE_FIELD,
    ArrayRemove,
    ArrayUnion,
    Increment,
    Merge,
    Query,
    Set,
    Store,
    Update,
    Value,
    Where,
)
from tests.contract.looking import by_path, fields, found, get, ids

pytestmark = pytest.mark.contract

DOC = "rooms/a"


def nested(levels: int, innermost: Value = 1) -> Value:
    """So many maps within one another."""
    for _ in range(levels):
        innermost = {"m": innermost}
    return innermost


KEPT: dict[str, dict[str, Any]] = {
    "underscores": {"__": 1, "___": {"__x": 2, "x__": 3}},
    "20 maps below": nested(21),
    "19 maps and a list below": nested(20, [1]),
    "a long name": {"n" * 1_500: 1},
    "a long path": {"n" * 700: {"p" * 799: 1}},
    "a long path through a list": {"n": [{"p" * 1_498: 1}]},
    "a long path in bytes": {"é" * 350: {"p" * 799: 1}},
    "a large value": {"t": "x" * 1_048_487},
    "a large document": {"p": "x" * 524_257, "q": "x" * 524_257},
}
REFUSED: dict[str, dict[str, Any]] = {
    "a reserved name": {"__x__": 1},
    "a reserved name with a line break": {"__a\nb__": 1},
    "a reserved name in a map": {"m": {"__x__": 1}},
    "a reserved name in a list": {"l": [{"__name__": 1}]},
    "21 maps below": nested(22),
    "21 empty maps below": nested(21, {}),
    "20 maps and a list below": nested(21, [1]),
    "lists among the maps": nested(10, [nested(10, {})]),
    "too long a name": {"n" * 1_501: 1},
    "too long a path": {"n" * 700: {"p" * 800: 1}},
    "too long a path through a list": {"n": [{"p" * 1_499: 1}]},
    "too long a path in bytes": {"é" * 351: {"p" * 799: 1}},
    "too large a value": {"t": "x" * 1_048_488},
    "too large a value in a list": {"l": [b"x" * 1_048_488]},
    "too large a document": {"p": "x" * 524_257, "q": "x" * 524_258},
}
"""``rooms/a`` takes 24 bytes as a name, 32 as a document; each field adds its name and value."""


@pytest.mark.parametrize("document", KEPT.values(), ids=KEPT)
async def test_a_document_at_the_limit_is_kept(store: Store, document: dict[str, Value]) -> None:
    await store.commit([Set(DOC, document)])
    assert await fields(store, DOC) == document


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("kind", [Set, Merge])
async def test_a_document_past_the_limit_is_rejected(
    store: Store, kind: type[Set | Merge], document: dict[str, Value]
) -> None:
    with pytest.raises(StoreRejected):
        await store.commit([Set("rooms/other", {}), kind(DOC, document)])
    assert await fields(store, "rooms/other") is None


@pytest.mark.parametrize(
    "names", [("m", "__x__"), ("m",) * 21, ("m", "n" * 1_499)], ids=["reserved", "deep", "long"]
)
async def test_an_invalid_field_name_cannot_be_removed(
    store: Store, names: tuple[str, ...]
) -> None:
    await store.commit([Set(DOC, {})])
    with pytest.raises(StoreRejected):
        await store.commit([Update(DOC, by_path({names: DELETE_FIELD}))])
    with pytest.raises(StoreRejected):
        await found(store, Query("rooms", (Where(names, "==", 1),)))


@pytest.mark.parametrize(
    "transform", [ArrayUnion(({"__x__": 1},)), ArrayRemove(({"__x__": 1},)), Increment(True)]
)
async def test_a_transform_with_an_invalid_value_is_rejected(
    store: Store, transform: Value
) -> None:
    await store.commit([Set(DOC, {"v": []})])
    with pytest.raises(StoreRejected):
        await store.commit([Update(DOC, {"v": transform})])


GOOD_IDS = ["...", "_", "__", "__x", "x__", "a\x00b", "i" * 1_500, "é" * 750, "__id7__", "__id-7__"]
BAD_IDS = [".", "..", "__x__", "__a\nb__", "__id__", "__id07__", "__id0__", f"__id{2**63}__"]
TOO_LONG = ["i" * 1_501, "é" * 751]


@pytest.mark.parametrize("name", GOOD_IDS, ids=lambda name: ascii(name[:9]))
async def test_an_id_at_the_limit_is_accepted(store: Store, name: str) -> None:
    await store.commit([Set(f"rooms/{name}", {"n": 1})])
    assert await ids(store, Query("rooms")) == [name]


@pytest.mark.parametrize("name", [*BAD_IDS, *TOO_LONG], ids=lambda name: ascii(name[:9]))
@pytest.mark.parametrize("path", ["rooms/{}", "{}/a", "rooms/a/{}/b"])
async def test_an_invalid_id_is_rejected_anywhere(store: Store, path: str, name: str) -> None:
    path = path.format(name)
    with pytest.raises(StoreRejected):
        await store.commit([Set("rooms/other", {}), Set(path, {})])
    with pytest.raises(StoreRejected):
        await found(store, Query("rooms", (Where("__name__", "==", path),)))
    if name in BAD_IDS:
        with pytest.raises(StoreRejected):
            await store.get_many([path])
    assert await fields(store, "rooms/other") is None


@pytest.mark.parametrize("name", [".", "__x__", "__id7__", "c" * 1_501], ids=lambda name: name[:9])
async def test_an_invalid_collection_cannot_be_queried(store: Store, name: str) -> None:
    with pytest.raises(StoreRejected):
        await found(store, Query(name))
    with pytest.raises(StoreRejected):
        await found(store, Query(name, is_group=True))


async def test_numeric_ids_come_first_in_numeric_order(store: Store) -> None:
    names = ["__id-5__", "__id7__", "__id10__", "0", "10", "9", "A", "__", "__id1__b", "a", "é"]
    await store.commit([Set(f"rooms/{name}", {}) for name in reversed(names)])
    assert await ids(store, Query("rooms")) == names
    after = Query("rooms", (Where("__name__", ">", "rooms/__id8__"),))
    assert await ids(store, after) == names[2:]


async def test_collections_are_nested_at_most_100_deep(store: Store) -> None:
    await store.commit([Set("/".join(["x"] * 200), {"n": 1})])
    with pytest.raises(StoreRejected):
        await store.commit([Set("/".join(["x"] * 202), {"n": 1})])


@pytest.mark.parametrize(
    "names", [("__x__",), ("m", "__name__"), ("m",) * 21], ids=["reserved", "name", "deep"]
)
async def test_a_selection_of_an_invalid_field_is_rejected(
    store: Store, names: tuple[str, ...]
) -> None:
    await store.commit([Set(DOC, {"m": 1})])
    with pytest.raises(StoreRejected):
        await store.get_many([DOC], select=(names,))
    with pytest.raises(StoreRejected):
        await found(store, Query("rooms", select=(names,)))


async def test_minus_zero_equals_zero_but_writing_it_changes_the_document(store: Store) -> None:
    first = await store.commit([Set(DOC, {"n": 0.0})])
    second = await store.commit([Set(DOC, {"n": -0.0})])
    assert second.update_times[0] > first.update_times[0]
    assert str((await get(store, DOC)).fields["n"]) == "-0.0"
    assert await ids(store, Query("rooms", (Where("n", "==", 0),))) == ["a"]
